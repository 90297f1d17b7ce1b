package zaguan.gateway.catalog;

import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.BoundedClient;

/**
 * What one gateway does for all, by Consul's key/value store under {@code zaguan/claims/}: a key
 * that only the first can <a
 * href="https://developer.hashicorp.com/consul/api-docs/kv#cas">write</a>. Where Consul cannot be
 * asked, each gateway does it. Any thread; waits for Consul.
 */
@Singleton
public final class Claims {

  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

  private static final String KEYS = "/v1/kv/zaguan/claims/";

  private final ConsulApi consul;

  Claims(ConsulApi consul) {
    this.consul = consul;
  }

  /** Whether this gateway is to do it. Then it releases it; one that dies before never does. */
  public boolean claim(String what) throws InterruptedException {
    try {
      return consul.putIfAbsent(KEYS + BoundedClient.encoded(what));
    } catch (IOException e) {
      LOG.debug("{} is not claimed, since Consul does not answer", what, e);
      return true;
    }
  }

  /** It is done, or was not possible. */
  public void release(String what) throws InterruptedException {
    try {
      consul.delete(KEYS + BoundedClient.encoded(what));
    } catch (IOException e) {
      LOG.debug("{} stays claimed, since Consul does not answer", what, e);
    }
  }
}
