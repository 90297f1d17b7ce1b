package zaguan.peer.micronaut;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.Micronaut;
import org.reactivestreams.Publisher;

/** A gateway as Micronaut's guides on service discovery with Consul have it. */
public final class PeerGateway {

  private PeerGateway() {}

  public static void main(String[] args) {
    Micronaut.run(PeerGateway.class, args);
  }

  /** Instances and turns are the discovery client's affair. */
  @Client("kilobyte")
  interface KilobyteClient {
    @Get("/")
    Publisher<String> get();
  }

  @Controller("/kilobyte")
  static final class KilobyteController {

    private final KilobyteClient client;

    KilobyteController(KilobyteClient client) {
      this.client = client;
    }

    @Get("/")
    Publisher<String> get() {
      return client.get();
    }
  }
}
