package zaguan.yourservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest
@Timeout(60)
class YourServiceTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Inject EmbeddedServer server;

  /** Stands for the greeter, at the same paths; it is down for Nobody. */
  @Controller("/hello")
  static class GreeterDouble {

    @Get("/{name}")
    Greeter.Greeting hello(String name) {
      if (name.equals("Nobody")) {
        throw new HttpStatusException(HttpStatus.BAD_GATEWAY, "down");
      }
      return new Greeter.Greeting("Hello, " + name + "!", "greeter-1");
    }
  }

  @Test
  void aRequestIsAnsweredWithTheGreetersWords() throws Exception {
    HttpResponse<String> answer = post("{\"name\":\"Ada\",\"count\":2}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"greeting\":\"Hello, Ada!\",\"count\":2}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\" \",\"count\":2}   | request.name: must not be blank",
        "{\"count\":2}                  | name",
        "{\"name\":\"Ada\",\"count\":0} | request.count: must be greater than or equal to 1",
        "{\"name\":\"Ada\",\"count\":   | JSON",
      })
  void whatIsWrongInARequestIsAProblem(String body, String detail) throws Exception {
    HttpResponse<String> answer = post(body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":400").contains(detail);
  }

  @Test
  void aGreeterThatFailsIs503() throws Exception {
    HttpResponse<String> answer = post("{\"name\":\"Nobody\",\"count\":2}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
  }

  @Test
  void healthIsUp() throws Exception {
    HttpResponse<String> answer = send(to("/health/readiness").GET());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(instance(answer)).startsWith("yourservice-");
  }

  private HttpResponse<String> post(String body) throws Exception {
    return send(
        to("/").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.getURI() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static String instance(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-instance").orElseThrow();
  }
}
