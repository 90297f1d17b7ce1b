package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances that are told to go, at 100 requests a second through the front door. */
@Timeout(400)
class DrainingTest {

  private static final int RATE = 100;
  private static final String HELLO = "/greeter/hello/Ada";

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().warm();
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void scalingDownLosesNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      platform.nomad().scale("greeter", 1);
      Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(1, 1));
      platform.nomad().awaitRunning("greeter", 1);
      assertThat(load.stop().failures()).isEmpty();
    } finally {
      platform.nomad().scale("greeter", 3);
    }
  }

  @Test
  void aJobThatIsStoppedLosesNoRequestOfAServiceThatAnotherJobServesToo() throws Exception {
    try (OwnJob job =
        new OwnJob(platform, folder, "second").with("name = \"second\"", "name = \"greeter\"")) {
      job.submit("count=2");
      Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(5, 5));
      job.awaitDeployed();
      Load.count(1_000, 8, platform.frontDoor().uri(HELLO));
      try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
        Eventually.is(() -> load.elapsed().toSeconds() > 3, true);
        platform.nomad().run("job", "stop", "-detach", "second");
        Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(3, 3));
        platform.nomad().awaitRunning("second", 0);
        Load.Report report = load.stop();
        assertThat(report.failures()).isEmpty();
        assertThat(report.answersByInstance()).hasSize(5);
      }
    }
  }

  @Test
  void anAllocationThatIsRestartedLosesNoRequest() throws Exception {
    String allocation = platform.nomad().running("greeter").getFirst();
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      platform.nomad().run("alloc", "restart", allocation);
      Eventually.is(() -> platform.consul().passing("greeter"), 2);
      Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(3, 3));
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  @Test
  void aNodeThatIsDrainedLosesNoRequest() throws Exception {
    try (SecondNode node = new SecondNode(platform, folder);
        OwnJob job = new OwnJob(platform, folder, "moved")) {
      node.isTheOnlyOneEligible(true);
      job.run(3);
      node.isTheOnlyOneEligible(false);
      assertThat(node.allocations()).as("allocations on the node").isEqualTo(3);
      Load.count(1_000, 8, platform.frontDoor().uri("/moved/hello/Ada"));
      try (Load load = Load.of(RATE, platform.frontDoor().uri("/moved/hello/Ada"))) {
        Eventually.is(() -> load.elapsed().toSeconds() > 5, true);
        node.drain();
        Eventually.within(Eventually.DEPLOYMENT, node::allocations, 0);
        Eventually.is(() -> platform.gateways().instancesOf("moved"), List.of(3, 3));
        Duration moved = load.elapsed();
        Eventually.is(() -> load.elapsed().minus(moved).toSeconds() > 3, true);
        Load.Report report = load.stop();
        assertThat(report.failures()).isEmpty();
        assertThat(report.answersByInstance()).hasSize(6);
      }
    }
  }

  @Test
  void aStreamOfTwentySecondsGoesOnUntilItsInstanceStopsAndEndsCleanly() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "streaming");
        HttpClient client = HttpClient.newHttpClient()) {
      job.run(1);
      AtomicInteger events = new AtomicInteger();
      CompletableFuture<String> stream = CompletableFuture.supplyAsync(() -> read(client, events));
      Eventually.is(() -> events.get() >= 18, true);
      platform.nomad().run("job", "stop", "-detach", "streaming");
      // A stream that is cut is an IOException: the end of its chunked body is missing.
      String last = stream.get(25, TimeUnit.SECONDS);
      assertThat(events.get()).isGreaterThanOrEqualTo(20);
      assertThat(last).contains("time!");
      platform.nomad().awaitRunning("streaming", 0);
    }
  }

  private String read(HttpClient client, AtomicInteger events) {
    HttpRequest request =
        HttpRequest.newBuilder(platform.frontDoor().uri("/streaming/stream"))
            .timeout(Duration.ofSeconds(60))
            .build();
    try (InputStream body = client.send(request, BodyHandlers.ofInputStream()).body()) {
      String last = "";
      byte[] buffer = new byte[8192];
      for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
        last = new String(buffer, 0, length, StandardCharsets.UTF_8);
        events.addAndGet((int) last.lines().filter(line -> line.startsWith("data:")).count());
      }
      return last;
    } catch (Exception e) {
      throw new AssertionError("the stream broke off after " + events + " events", e);
    }
  }
}
