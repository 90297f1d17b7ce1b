package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.consul.KeyValues;
import zaguan.gateway.logging.Printable;

/**
 * Which service has which prefix, for all gateways, in Consul's key/value store under {@code
 * zaguan/holders/}: the key is the prefix without its first slash, the value the service's name.
 * Who has a prefix cannot be told from what is registered, since instances are replaced.
 *
 * <p>Written by <a href="https://developer.hashicorp.com/consul/api-docs/kv#cas">check-and-set</a>,
 * on a thread of its own; followed by one long poll, on another. Where Consul does not allow it,
 * each gateway goes by what it knows.
 */
@Singleton
public final class Holders {

  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

  private static final String KEYS = "zaguan/holders/";

  /** Between two answers: a start with many services writes as many keys. */
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private static final Duration PAUSE = Duration.ofSeconds(5);

  /**
   * A key as it is in the store.
   *
   * @param index its {@code ModifyIndex}
   */
  private record Held(String service, long index) {}

  /** What the store held at one moment. Immutable. */
  public static final class View {

    static final View NOT_LOADED = new View(false, Map.of());

    private final boolean loaded;
    private final Map<String, Held> byPrefix;

    private View(boolean loaded, Map<String, Held> byPrefix) {
      this.loaded = loaded;
      this.byPrefix = Map.copyOf(byPrefix);
    }

    /** The name of the service that has it, or null if none is written. */
    public @Nullable String holder(String prefix) {
      Held held = byPrefix.get(prefix);
      return held == null ? null : held.service();
    }

    /** All that somebody has, or had. */
    public Set<String> prefixes() {
      return byPrefix.keySet();
    }
  }

  /**
   * What is to be in the store.
   *
   * @param seen on what it was decided; what has changed since is decided anew
   */
  private record Decision(View seen, Map<String, String> held, Set<String> free) {

    boolean isCarriedOut() {
      return free.isEmpty()
          && held.entrySet().stream()
              .allMatch(each -> each.getValue().equals(seen.holder(each.getKey())));
    }
  }

  private final Catalog catalog;
  private final KeyValues store;

  /** Written, and not seen in the store yet. */
  private final ConcurrentMap<String, String> written = new ConcurrentHashMap<>();

  private volatile View view = View.NOT_LOADED;
  private volatile boolean readFails;
  private volatile boolean writeFails;

  @GuardedBy("this")
  private @Nullable Decision decision;

  private List<Thread> threads = List.of();

  Holders(Catalog catalog, KeyValues store) {
    this.catalog = catalog;
    this.store = store;
  }

  @PostConstruct
  void start() {
    threads =
        List.of(
            Thread.ofVirtual().name("holders-poll").start(this::poll),
            Thread.ofVirtual().name("holders-save").start(this::save));
  }

  @PreDestroy
  void stop() {
    threads.forEach(Thread::interrupt);
  }

  /** As the store was read last. Never waits. */
  public View view() {
    return view;
  }

  /**
   * Has the store follow what was decided, soon; a later decision replaces it.
   *
   * @param seen on what it was decided
   * @param held services by the prefixes that they have
   * @param free prefixes that nobody has any more
   */
  public synchronized void follow(View seen, Map<String, String> held, Set<String> free) {
    Decision next = new Decision(seen, Map.copyOf(held), Set.copyOf(free));
    decision = !seen.loaded || next.isCarriedOut() ? null : next;
    notifyAll();
  }

  /** Reads the store, once; if that fails, it is tried again later. */
  void load() throws InterruptedException {
    try {
      if (!view.loaded) {
        accept(store.list(KEYS));
      }
    } catch (IOException | RuntimeException e) {
      warnOfReading(e);
    }
  }

  private void poll() {
    long index = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Duration pause = BETWEEN;
        try {
          KeyValues.Listing answer = store.listNewerThan(index, KEYS);
          accept(answer);
          index = answer.index() < index ? 0 : Math.max(1, answer.index());
          readFails = false;
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          warnOfReading(e);
          index = 0;
          pause = PAUSE;
        }
        catalog.again(); // Also if it says the same: what is remembered is so for a time only.
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(KeyValues.Listing listing) {
    Map<String, Held> byPrefix = new HashMap<>();
    for (KeyValues.Entry each : listing.entries()) {
      String prefix = "/" + each.key().substring(KEYS.length());
      byPrefix.put(prefix, new Held(each.value(), each.index()));
    }
    written.clear();
    view = new View(true, byPrefix);
  }

  private void save() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Decision next = next();
        try {
          carryOut(next);
          writeFails = false;
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          warnOfWriting(e);
          Thread.sleep(PAUSE);
          again(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Decision next() throws InterruptedException {
    while (decision == null) {
      wait();
    }
    Decision next = decision;
    decision = null;
    return next;
  }

  private synchronized void again(Decision failed) {
    if (decision == null && view == failed.seen()) {
      decision = failed;
    }
  }

  private void carryOut(Decision next) throws IOException, InterruptedException {
    for (Map.Entry<String, String> each : next.held().entrySet()) {
      String prefix = each.getKey();
      String service = each.getValue();
      Held before = next.seen().byPrefix.get(prefix);
      if ((before == null || !before.service().equals(service))
          && !service.equals(written.get(prefix))
          && store.putIf(before == null ? 0 : before.index(), key(prefix), service)) {
        written.put(prefix, service);
      }
    }
    for (String prefix : next.free()) {
      Held before = next.seen().byPrefix.get(prefix);
      if (before != null) {
        store.deleteIf(before.index(), key(prefix));
      }
    }
  }

  /** Under which key the holder of a prefix is. */
  public static String key(String prefix) {
    return KEYS + prefix.substring(1);
  }

  private void warnOfReading(Exception e) {
    if (!readFails) {
      readFails = true;
      warn("Which service has which prefix cannot be read from Consul", e);
    }
  }

  private void warnOfWriting(Exception e) {
    if (!writeFails) {
      writeFails = true;
      warn("Which service has which prefix is not kept in Consul", e);
    }
  }

  private static void warn(String what, Exception e) {
    LOG.warn(
        "{}; of two services that ask for one, this gateway goes by what it has seen. It is tried"
            + " every {} s: {}",
        what,
        PAUSE.toSeconds(),
        Printable.of(e.toString(), 300));
  }
}
