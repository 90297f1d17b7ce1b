package zaguan.gateway.catalog;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import zaguan.discovery.consul.KeyValues;

/**
 * Which service has which prefix, for all gateways, in Consul's key/value store under {@code
 * zaguan/holders/}: the key is the prefix without its first slash, the value the service's name.
 * Who has a prefix cannot be told from what is registered, since instances are replaced.
 *
 * <p>Written on one thread, read by a long poll on another. Where Consul does not allow it, each
 * gateway goes by what it knows.
 */
@Singleton
public final class Holders {

  /** The pause between two answers: a start with many services writes as many keys. */
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Catalog catalog;
  private final KeyValues store;

  private final HolderWriter writer;
  private final HolderTrouble trouble =
      new HolderTrouble("Which service has which prefix cannot be read from Consul");

  private volatile HeldPrefixes view = HeldPrefixes.NOT_LOADED;
  private List<Thread> threads = List.of();

  Holders(Catalog catalog, KeyValues store) {
    this.catalog = catalog;
    this.store = store;
    writer = new HolderWriter(store, this::view);
  }

  @PostConstruct
  void start() {
    threads =
        List.of(
            Thread.ofVirtual().name("holders-poll").start(this::poll),
            Thread.ofVirtual().name("holders-save").start(writer::run));
  }

  @PreDestroy
  void stop() {
    threads.forEach(Thread::interrupt);
  }

  /** As the store was read last. Never waits. */
  public HeldPrefixes view() {
    return view;
  }

  /**
   * Has the store keep what was decided, soon; a later decision replaces it.
   *
   * @param seen the store as it was when this was decided
   * @param held services by the prefixes that they have
   * @param free prefixes that nobody has any more
   */
  public void keep(HeldPrefixes seen, Map<String, String> held, Set<String> free) {
    writer.decide(seen, held, free);
  }

  /** Reads the store, once; if that fails, it is tried again later. */
  void load() throws InterruptedException {
    try {
      if (!view.loaded()) {
        accept(store.list(HeldPrefixes.KEYS));
      }
    } catch (IOException | RuntimeException e) {
      trouble.isMet(e);
    }
  }

  private void poll() {
    long index = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Duration pause = BETWEEN;
        try {
          KeyValues.Listing answer = store.listNewerThan(index, HeldPrefixes.KEYS);
          accept(answer);
          index = answer.index() < index ? 0 : Math.max(1, answer.index());
          trouble.isOver();
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          trouble.isMet(e);
          index = 0;
          pause = HolderTrouble.PAUSE;
        }
        catalog.again(); // Even if nothing has changed: what is remembered lasts for a time only.
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(KeyValues.Listing listing) {
    Map<String, HeldPrefixes.Held> byPrefix = new HashMap<>();
    for (KeyValues.Entry each : listing.entries()) {
      String prefix = "/" + each.key().substring(HeldPrefixes.KEYS.length());
      byPrefix.put(prefix, new HeldPrefixes.Held(each.value(), each.index()));
    }
    writer.wasRead();
    view = new HeldPrefixes(byPrefix);
  }
}
