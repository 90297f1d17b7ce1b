package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that take longer than the attempt timeout, with all settings as they are by default. */
@Timeout(120)
class LongWorkTest {

  private static final long WORK_MILLIS = 8_000;

  private static final Platform PLATFORM = Platform.shared();
  private static final List<OwnInstance> INSTANCES = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    PLATFORM.awaitRest();
    for (int i = 0; i < 3; i++) {
      OwnInstance instance = new OwnInstance(PLATFORM, "long-work", "long-work-" + i, 1);
      instance.answersAfter(WORK_MILLIS);
      INSTANCES.add(instance);
    }
    Eventually.is(() -> PLATFORM.gateways().instancesOf("long-work"), List.of(3, 3));
  }

  @AfterAll
  static void stop() throws Exception {
    for (OwnInstance instance : INSTANCES) {
      instance.close();
    }
  }

  @Test
  void isAnsweredByThreeInstancesAsByOneAndDoneTwiceAtTheMost() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      long began = System.nanoTime();
      CompletableFuture<HttpResponse<String>> put = send(client, "PUT");
      assertThat(put.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(asked()).isEqualTo(1);
      CompletableFuture<HttpResponse<String>> get = send(client, "GET");
      assertThat(get.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(asked()).isEqualTo(3);
      // PUT and GET each took the work's time once: no instance was asked after another gave up.
      assertThat(System.nanoTime() - began)
          .isLessThan(TimeUnit.MILLISECONDS.toNanos(2 * WORK_MILLIS + 9_000));
    }
  }

  private static CompletableFuture<HttpResponse<String>> send(HttpClient client, String method) {
    return client.sendAsync(
        HttpRequest.newBuilder(PLATFORM.frontDoor().uri("/long-work/"))
            .version(HttpClient.Version.HTTP_1_1)
            .method(
                method,
                method.equals("PUT") ? BodyPublishers.ofString("work") : BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private static int asked() {
    return INSTANCES.stream().mapToInt(OwnInstance::asked).sum();
  }
}
