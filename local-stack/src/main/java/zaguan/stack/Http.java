package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks an agent. An agent that does not answer, or answers with an error, is a missing node. */
final class Http {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private Http() {}

  static JsonNode get(URI uri) {
    return send("GET", uri);
  }

  static JsonNode delete(URI uri) {
    return send("DELETE", uri);
  }

  static JsonNode post(URI uri, JsonNode body) {
    return send(
        HttpRequest.newBuilder(uri)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .timeout(PATIENCE)
            .build());
  }

  /**
   * For what must not be refused.
   *
   * @throws StackFailure with the agent's words, if it does not do as told
   */
  static JsonNode require(URI uri, JsonNode body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new StackFailure(
            uri + " refused it: " + new String(response.body(), StandardCharsets.UTF_8).strip());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new StackFailure(uri + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackFailure("interrupted", e);
    }
  }

  /** The status of a GET, or 0 if nobody answers. */
  static int status(URI uri) {
    try {
      return CLIENT.send(request("GET", uri), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackFailure("interrupted", e);
    }
  }

  /** The body of an answer with 200; empty if there is no such answer. */
  static Optional<byte[]> bytes(URI uri) {
    try {
      HttpResponse<byte[]> response = CLIENT.send(request("GET", uri), BodyHandlers.ofByteArray());
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackFailure("interrupted", e);
    }
  }

  private static JsonNode send(String method, URI uri) {
    return send(request(method, uri));
  }

  private static JsonNode send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());
      return response.statusCode() == 200
          ? JSON.readTree(response.body())
          : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackFailure("interrupted", e);
    }
  }

  private static HttpRequest request(String method, URI uri) {
    return HttpRequest.newBuilder(uri)
        .method(method, HttpRequest.BodyPublishers.noBody())
        .timeout(PATIENCE)
        .build();
  }
}
