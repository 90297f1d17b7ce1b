package zaguan.gateway.scaling;

import org.jspecify.annotations.Nullable;

/** How an instance is asked itself whether it is ready, without waiting for Consul's next check. */
public interface Probes {

  /** A connection that it takes says enough. */
  Probe connection(String host, int port);

  /**
   * As a check of HTTP does.
   *
   * @return null if no request can have that path
   */
  @Nullable Probe http(String host, int port, String path);
}
