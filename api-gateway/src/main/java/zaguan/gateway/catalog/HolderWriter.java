package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.consul.KeyValues;

/**
 * Writes which service has which prefix, by <a
 * href="https://developer.hashicorp.com/consul/api-docs/kv#cas">check-and-set</a>. It writes one
 * decision at a time; a later decision replaces one that waits. One thread writes; any thread
 * decides.
 */
final class HolderWriter {

  /**
   * What is to be in the store.
   *
   * @param seen the store as it was when this was decided; a key that has changed since is decided
   *     anew
   */
  private record Decision(HeldPrefixes seen, Map<String, String> held, Set<String> free) {

    boolean isCarriedOut() {
      return free.isEmpty()
          && held.entrySet().stream()
              .allMatch(each -> each.getValue().equals(seen.holder(each.getKey())));
    }
  }

  private final KeyValues store;
  private final Supplier<HeldPrefixes> view;
  private final HolderTrouble trouble =
      new HolderTrouble("Which service has which prefix is not kept in Consul");

  /** Written, and not seen in the store yet. */
  private final ConcurrentMap<String, String> written = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private @Nullable Decision decision;

  /**
   * @param view as the store was read last
   */
  HolderWriter(KeyValues store, Supplier<HeldPrefixes> view) {
    this.store = store;
    this.view = view;
  }

  /** Takes a decision, to be written soon. Any thread. */
  synchronized void decide(HeldPrefixes seen, Map<String, String> held, Set<String> free) {
    Decision next = new Decision(seen, Map.copyOf(held), Set.copyOf(free));
    decision = !seen.loaded() || next.isCarriedOut() ? null : next;
    notifyAll();
  }

  /** The store was read anew, and shows what was written. Any thread. */
  void wasRead() {
    written.clear();
  }

  /** Writes what is decided until the thread is interrupted. */
  void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Decision next = next();
        try {
          carryOut(next);
          trouble.isOver();
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          trouble.isMet(e);
          Thread.sleep(HolderTrouble.PAUSE);
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

  @SuppressWarnings("ReferenceEquality") // As long as it is the one on which it was decided.
  private synchronized void again(Decision failed) {
    if (decision == null && view.get() == failed.seen()) {
      decision = failed;
    }
  }

  private void carryOut(Decision next) throws IOException, InterruptedException {
    for (Map.Entry<String, String> each : next.held().entrySet()) {
      String prefix = each.getKey();
      String service = each.getValue();
      HeldPrefixes.Held before = next.seen().held(prefix);
      if ((before == null || !before.service().equals(service))
          && !service.equals(written.get(prefix))
          && store.putIf(before == null ? 0 : before.index(), HeldPrefixes.key(prefix), service)) {
        written.put(prefix, service);
      }
    }
    for (String prefix : next.free()) {
      HeldPrefixes.Held before = next.seen().held(prefix);
      if (before != null) {
        store.deleteIf(before.index(), HeldPrefixes.key(prefix));
      }
    }
  }
}
