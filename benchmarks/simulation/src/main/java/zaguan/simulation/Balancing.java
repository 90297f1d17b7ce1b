package zaguan.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;

/** How a gateway chooses: as shipped, or as one of those it is compared with. */
sealed interface Balancing permits Shipped, Plain {

  void follow(List<Instance> instances);

  /** Lets a request in; null if it is shed. */
  @Nullable Visit visit();

  /** Whether a request may be sent once more, after an instance may have seen it. */
  boolean mayRetry();

  /** A request that was let in. */
  interface Visit {

    /** An instance that it did not try yet; null if there is none. */
    @Nullable Pick next();

    void answered();

    void left();
  }

  /** One attempt at one instance. */
  interface Pick {

    String id();

    void answered(int status);

    void refused();

    void late();

    void end();
  }
}
