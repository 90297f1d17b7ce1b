package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

  /** JVMs that have just started can do little, on two cores that are busy. */
  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().awaitRest();
    Load.count(3_000, 8, Platform.shared().frontDoor(HELLO));
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void scalingDownLosesNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      platform.scale("greeter", 1);
      Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(1, 1));
      platform.awaitAllocations("greeter", 1);
      assertThat(load.stop().failures()).isEmpty();
    } finally {
      platform.scale("greeter", 3);
    }
  }

  @Test
  void aJobThatIsStoppedLosesNoRequestOfAServiceThatAnotherJobServesToo() throws Exception {
    try (OwnJob job =
        new OwnJob(platform, folder, "second").with("name = \"second\"", "name = \"greeter\"")) {
      job.submit("count=2");
      Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(5, 5));
      job.awaitDeployed();
      Load.count(1_000, 8, platform.frontDoor(HELLO));
      try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
        Eventually.is(() -> load.elapsed().toSeconds() > 3, true);
        platform.nomad("job", "stop", "-detach", "second");
        Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(3, 3));
        platform.awaitAllocations("second", 0);
        Load.Report report = load.stop();
        assertThat(report.failures()).isEmpty();
        assertThat(report.answersByInstance()).hasSize(5);
      }
    }
  }

  @Test
  void anAllocationThatIsRestartedLosesNoRequest() throws Exception {
    String allocation = allocations("greeter").getFirst();
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      platform.nomad("alloc", "restart", allocation);
      Eventually.is(() -> platform.passing("greeter"), 2);
      Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(3, 3));
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
      Load.count(1_000, 8, platform.frontDoor("/moved/hello/Ada"));
      try (Load load = Load.of(RATE, platform.frontDoor("/moved/hello/Ada"))) {
        Eventually.is(() -> load.elapsed().toSeconds() > 5, true);
        node.drain();
        Eventually.within(Eventually.DEPLOYMENT, node::allocations, 0);
        Eventually.is(() -> platform.instancesSeenByGateways("moved"), List.of(3, 3));
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
      platform.nomad("job", "stop", "-detach", "streaming");
      // An IOException if it is cut: the end of a chunked body is missing then.
      String last = stream.get(25, TimeUnit.SECONDS);
      assertThat(events.get()).isGreaterThanOrEqualTo(20);
      assertThat(last).contains("time!");
      platform.awaitAllocations("streaming", 0);
    }
  }

  private String read(HttpClient client, AtomicInteger events) {
    HttpRequest request =
        HttpRequest.newBuilder(platform.frontDoor("/streaming/stream"))
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

  private List<String> allocations(String job) throws Exception {
    return platform
        .nomadApi("/v1/job/" + job + "/allocations")
        .valueStream()
        .filter(each -> each.path("ClientStatus").asText().equals("running"))
        .map((JsonNode each) -> each.path("ID").asText())
        .toList();
  }
}
