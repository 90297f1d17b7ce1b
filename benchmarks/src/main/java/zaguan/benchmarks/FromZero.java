package zaguan.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import zaguan.stack.Checkout;
import zaguan.stack.Endpoints;
import zaguan.stack.Ports;
import zaguan.stack.Progress;
import zaguan.stack.Stack;
import zaguan.stack.StackOptions;

/**
 * Measures how requests fare that find the greeter asleep: {@code benchmarks/from-zero}. Argument:
 * the checkout.
 */
final class FromZero {

  private static final int TIMES = 10;
  private static final int TOGETHER = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Endpoints endpoints;

  private FromZero(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  public static void main(String[] args) throws Exception {
    Checkout checkout = new Checkout(Path.of(args[0]));
    Stack stack =
        new Stack(checkout, Files.createTempDirectory("zaguan-from-zero"), Progress.silent());
    Runtime.getRuntime().addShutdownHook(new Thread(stack::down));
    System.err.println("  bringing a stack up");
    stack.up(new StackOptions(1, 2, StackOptions.Driver.raw_exec), Ports.free(new SecureRandom()));
    String report = new FromZero(stack.endpoints()).report();
    Files.writeString(checkout.root().resolve("benchmarks/from-zero.md"), report);
    System.out.println(report);
    System.exit(0); // The hook takes everything down.
  }

  private String report() throws Exception {
    List<Double> awake = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    List<Double> last = new ArrayList<>();
    // The first of each is for the gateways' code, which is not compiled yet, and does not count.
    for (int i = 0; i <= TIMES; i++) {
      System.err.println("  " + i + " of " + TIMES);
      double one = asleep(1);
      double up = together(1);
      double many = asleep(TOGETHER);
      if (i > 0) {
        first.add(one);
        awake.add(up);
        last.add(many);
      }
    }
    return String.format(
            Locale.ROOT,
            """
            # From zero

            Written by `benchmarks/from-zero` on %s: %d processors, Linux %s, Java %s, driver `raw_exec`, two gateways. Each %d times; every request through the front door was answered 200.

            | milliseconds until | median | fastest | slowest |
            |---|--:|--:|--:|
            """,
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            TIMES)
        + row("the answer of a greeter that is awake", awake)
        + row("the answer to the first request to a greeter that sleeps", first)
        + row("the last of " + TOGETHER + " answers to requests that arrive together", last);
  }

  private static String row(String what, List<Double> millis) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.0f |%n",
        what,
        Figures.median(millis),
        millis.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
        millis.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
  }

  /** Milliseconds until the last of so many requests is answered, from zero. */
  private double asleep(int requests) throws Exception {
    await(this::isScaledToZero);
    await(
        () ->
            ask("/v1/job/greeter/allocations").findValuesAsText("ClientStatus").stream()
                .noneMatch(status -> status.equals("running") || status.equals("pending")));
    return together(requests);
  }

  private double together(int requests) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(endpoints.frontDoor().resolve("/greeter/hello/Ada"))
            .timeout(Duration.ofSeconds(60))
            .build();
    long began = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      answers.add(client.sendAsync(request, BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      HttpResponse<String> response = answer.get();
      if (response.statusCode() != 200) {
        throw new IOException(response.statusCode() + ": " + response.body());
      }
    }
    return (System.nanoTime() - began) / 1e6;
  }

  /** Nomad refuses while a deployment is under way. */
  private boolean isScaledToZero() throws IOException, InterruptedException {
    return client
            .send(
                HttpRequest.newBuilder(nomad("/v1/job/greeter/scale"))
                    .POST(
                        BodyPublishers.ofString("{\"Count\":0,\"Target\":{\"Group\":\"greeter\"}}"))
                    .build(),
                BodyHandlers.ofString())
            .statusCode()
        == 200;
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    return JSON.readTree(
        client.send(HttpRequest.newBuilder(nomad(path)).build(), BodyHandlers.ofString()).body());
  }

  private URI nomad(String path) {
    return endpoints.nomad().resolve(path);
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static void await(Condition condition) throws IOException, InterruptedException {
    for (long since = System.nanoTime(); !condition.holds(); ) {
      if (System.nanoTime() - since > TimeUnit.MINUTES.toNanos(1)) {
        throw new IOException("the greeter does not go to sleep within a minute");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
