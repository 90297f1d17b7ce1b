package zaguan.gateway.probes;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import zaguan.discovery.http.BoundedClient;
import zaguan.discovery.http.PlainHttp;
import zaguan.gateway.scaling.PeerGateways;

/** Asks other gateways for the page on which each says how idle its services are. */
@Singleton
public final class HttpPeerGateways implements PeerGateways {

  /** The path of that page. */
  public static final String PATH = "/-/idle";

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Argument<Map<String, Long>> IDLE = Argument.mapOf(String.class, Long.class);

  private final BoundedClient client;
  private final ObjectMapper json;

  HttpPeerGateways(BoundedClient client, ObjectMapper json) {
    this.client = client;
    this.json = json;
  }

  @Override
  public Map<String, Long> idleMillis(String address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(PlainHttp.uri(address, PATH)).build();
    HttpResponse<byte[]> response = client.send(request, PATIENCE);
    if (response.statusCode() != 200) {
      throw new IOException("the gateway at " + address + " said " + response.statusCode());
    }
    return json.readValue(response.body(), IDLE);
  }
}
