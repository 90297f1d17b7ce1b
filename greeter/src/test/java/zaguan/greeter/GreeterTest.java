package zaguan.greeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest
@Timeout(60)
class GreeterTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Inject EmbeddedServer server;

  @Test
  void theGreetingNamesItsInstance() throws Exception {
    HttpResponse<String> answer = get("/");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"greeting\":\"Hello!\",\"instance\":\"" + instance(answer) + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ada", "Jean-Luc", "O'Neill", "Mar%C3%ADa%20Jos%C3%A9", "%E6%98%8E"})
  void aNameIsGreeted(String name) throws Exception {
    HttpResponse<String> answer = get("/hello/" + name);
    assertThat(answer.statusCode()).isEqualTo(200);
    String decoded = java.net.URLDecoder.decode(name, java.nio.charset.StandardCharsets.UTF_8);
    assertThat(answer.body()).contains("Hello, " + decoded + "!").contains(instance(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", "%3Cscript%3E", "a%0Ab", "%20", "A%00"})
  void aBadNameIs400WithTheReason(String name) throws Exception {
    HttpResponse<String> answer = get("/hello/" + name);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":400").contains("must start with a letter");
    assertThat(instance(answer)).startsWith("greeter-");
  }

  @Test
  void aNameOf65LettersIs400() throws Exception {
    assertThat(get("/hello/" + "a".repeat(64)).statusCode()).isEqualTo(200);
    assertThat(get("/hello/" + "a".repeat(65)).statusCode()).isEqualTo(400);
  }

  @Test
  void anUnknownPathIs404AsAProblem() throws Exception {
    HttpResponse<String> answer = get("/nowhere");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(instance(answer)).startsWith("greeter-");
  }

  @Test
  void theStreamSendsAGreetingASecondAsItHappens() throws Exception {
    long start = System.nanoTime();
    HttpResponse<java.util.stream.Stream<String>> answer =
        CLIENT.send(request("/stream"), BodyHandlers.ofLines());
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    try (var lines = answer.body()) {
      List<String> data = lines.filter(line -> line.startsWith("data:")).limit(3).toList();
      assertThat(data).hasSize(3).allMatch(line -> line.contains("\"instance\":\"greeter-"));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(took).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness"})
  void healthIsUpAndDoesNotHangOnConsul(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"status\":\"UP\"");
    assertThat(instance(answer)).startsWith("greeter-");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path), BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(server.getURI() + path))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private static String instance(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-instance").orElseThrow();
  }
}
