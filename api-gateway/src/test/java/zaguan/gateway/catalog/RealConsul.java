package zaguan.gateway.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import zaguan.discovery.Registration;
import zaguan.discovery.TestConsul;
import zaguan.stack.Checkout;
import zaguan.stack.Ports;
import zaguan.stack.Progress;
import zaguan.stack.Tools;

/** A Consul agent with nothing on disk. */
final class RealConsul implements TestConsul {

  private final HttpClient client = HttpClient.newHttpClient();
  private final Ports ports = Ports.free(RandomGenerator.getDefault());
  private final Process agent;

  RealConsul() throws IOException {
    Path consul = Tools.consul(new Checkout(Path.of("..")), Progress.silent());
    agent =
        new ProcessBuilder(
                consul.toString(),
                "agent",
                "-dev",
                "-bind=127.0.0.1",
                "-log-level=warn",
                "-http-port=" + ports.consulHttp(),
                "-dns-port=" + ports.consulDns(),
                "-server-port=" + ports.consulServer(),
                "-serf-lan-port=" + ports.consulSerf(),
                "-serf-wan-port=-1",
                "-grpc-port=-1",
                "-grpc-tls-port=-1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await()
        .ignoreExceptions()
        .until(() -> send("GET", "/v1/status/leader", "").length() > 2);
  }

  @Override
  public String address() {
    return "127.0.0.1:" + ports.consulHttp();
  }

  int port() {
    return ports.consulHttp();
  }

  @Override
  public void register(Registration registration) {
    put(
        "/v1/agent/service/register",
        """
        {"ID": %s, "Name": %s, "Address": %s, "Port": %d, "Tags": %s, "Meta": %s, "Kind": "%s",
         "Weights": {"Passing": %d, "Warning": %d},
         "Proxy": %s, "Check": {"CheckID": "c-%s", "TTL": "1h", "Status": "%s"}}
        """
            .formatted(
                Registration.quoted(registration.id()),
                Registration.quoted(registration.name()),
                Registration.quoted(registration.address()),
                registration.port(),
                registration.tagsAsJson(),
                registration.metaAsJson(),
                registration.kind(),
                registration.passing(),
                registration.warning(),
                registration.kind().equals("connect-proxy")
                    ? "{\"DestinationServiceName\": \"any\"}"
                    : "null",
                registration.id(),
                registration.status()));
  }

  @Override
  public void status(String id, String status) {
    put("/v1/agent/check/update/c-" + id, "{\"Status\": \"" + status + "\"}");
  }

  @Override
  public void deregister(String id) {
    put("/v1/agent/service/deregister/" + id, "");
  }

  @Override
  public void close() {
    agent.destroyForcibly();
    client.shutdownNow();
  }

  private void put(String path, String body) {
    try {
      send("PUT", path, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String send(String method, String path, String body) throws IOException {
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://" + address() + path))
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(path + ": " + response.statusCode() + " " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
