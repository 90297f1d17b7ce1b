package zaguan.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurroundingsTest {

  @Test
  void consulListsTheServicesThatAreCalledAtAnInstanceThatAnswersForThem() throws Exception {
    Answer answer =
        new Answer(
            "greeter", "GET", "/v1/hello", 201, new Content("application/json", "{\"a\":1}"));
    try (Surroundings surroundings = new Surroundings(List.of(answer))) {
      assertThat(get(surroundings, "/v1/catalog/services").body())
          .contains("\"greeter\"", "\"training\"");
      String port = surroundings.address().replaceFirst(".*:", "");
      assertThat(get(surroundings, "/v1/health/service/greeter?passing=true").body())
          .contains("\"Service\": \"greeter\"", "\"Port\": " + port);
      assertThat(get(surroundings, "/v1/health/service/nobody").body()).isEqualTo("[]");

      HttpResponse<String> answered = get(surroundings, "/v1/hello");
      assertThat(answered.statusCode()).isEqualTo(201);
      assertThat(answered.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(answered.body()).isEqualTo("{\"a\":1}");
    }
  }

  private static HttpResponse<String> get(Surroundings surroundings, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + surroundings.address() + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
