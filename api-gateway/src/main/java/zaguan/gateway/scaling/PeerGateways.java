package zaguan.gateway.scaling;

import java.io.IOException;
import java.util.Map;

/** What one gateway asks another. Any thread; waits for the answer, for two seconds at most. */
public interface PeerGateways {

  /**
   * For how long that gateway has had no request for each service.
   *
   * @param address {@code host:port}
   * @return milliseconds, by service
   * @throws IOException if it does not say
   */
  Map<String, Long> idleMillis(String address) throws IOException, InterruptedException;
}
