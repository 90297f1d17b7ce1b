package zaguan.discovery.http;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;

/**
 * Asks Consul, Nomad, instances and other gateways, blocking the thread that calls: for virtual
 * threads. A call ends whatever the other end does. The JDK's own timeout would not do: it covers
 * only the time until the head of the response.
 *
 * <p>The JDK's client and not Micronaut's: it must not be subject to the discovery that it feeds.
 */
public final class BoundedClient implements AutoCloseable {

  private final HttpClient client;

  /**
   * @param connect how long a connection may take to be accepted
   * @param tls whether it asks by {@code https}; if not, such a request fails
   */
  public BoundedClient(Duration connect, boolean tls) {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connect);
    if (!tls) {
      builder.sslContext(new NoTls()).sslParameters(new SSLParameters());
    }
    client = builder.build();
  }

  /**
   * The response, whatever its status.
   *
   * @throws IOException if there is none, or not all of it within {@code patience}
   */
  public HttpResponse<byte[]> send(HttpRequest request, Duration patience)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + patience.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      pending.cancel(true);
    }
  }

  /** A name as a segment of a path. */
  public static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
