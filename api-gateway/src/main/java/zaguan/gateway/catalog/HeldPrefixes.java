package zaguan.gateway.catalog;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which service has which prefix, by Consul's key/value store at one moment. Immutable. */
public final class HeldPrefixes {

  static final HeldPrefixes NOT_LOADED = new HeldPrefixes(false, Map.of());

  static final String KEYS = "zaguan/holders/";

  /**
   * A key as it is in the store.
   *
   * @param index its {@code ModifyIndex}
   */
  record Held(String service, long index) {}

  private final boolean loaded;
  private final Map<String, Held> byPrefix;

  HeldPrefixes(Map<String, Held> byPrefix) {
    this(true, byPrefix);
  }

  private HeldPrefixes(boolean loaded, Map<String, Held> byPrefix) {
    this.loaded = loaded;
    this.byPrefix = Map.copyOf(byPrefix);
  }

  /** The key under which the holder of a prefix is written. */
  public static String key(String prefix) {
    return KEYS + prefix.substring(1);
  }

  /** The name of the service that has it, or null if none is written. */
  public @Nullable String holder(String prefix) {
    Held held = byPrefix.get(prefix);
    return held == null ? null : held.service();
  }

  /** All prefixes that a service has, or had. */
  public Set<String> prefixes() {
    return byPrefix.keySet();
  }

  /** False until the store was read for the first time. */
  boolean loaded() {
    return loaded;
  }

  @Nullable Held held(String prefix) {
    return byPrefix.get(prefix);
  }
}
