package zaguan.gateway.scaling;

import org.jspecify.annotations.Nullable;

/** How an instance is asked itself whether it is ready, without waiting for Consul's next check. */
public interface Probes {

  /** Asks for a connection: an instance that accepts it is ready. */
  Probe connection(String host, int port);

  /**
   * Asks as an HTTP check does.
   *
   * @return null if no request can have that path
   */
  @Nullable Probe http(String host, int port, String path);
}
