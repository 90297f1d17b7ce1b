package zaguan.discovery.consul;

import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one gateway act for all, by a key under {@code zaguan/claims/} in Consul's key/value store,
 * which only the first gateway can <a
 * href="https://developer.hashicorp.com/consul/api-docs/kv#cas">write</a>. Where Consul cannot be
 * asked, each gateway acts. Any thread; waits for Consul.
 */
@Singleton
public final class Locks {

  private static final Logger LOG = LoggerFactory.getLogger(Locks.class);

  private static final String KEYS = "zaguan/claims/";

  private final KeyValues store;

  Locks(KeyValues store) {
    this.store = store;
  }

  /** Whether this gateway is to act. It must release the key; one that dies never does. */
  public boolean take(String what) throws InterruptedException {
    try {
      return store.putIf(0, KEYS + what, "");
    } catch (IOException e) {
      LOG.debug("{} is not locked, since Consul does not answer", what, e);
      return true;
    }
  }

  /** Releases the key, when the work is done or was not possible. */
  public void release(String what) throws InterruptedException {
    try {
      store.delete(KEYS + what);
    } catch (IOException e) {
      LOG.debug("{} stays locked, since Consul does not answer", what, e);
    }
  }
}
