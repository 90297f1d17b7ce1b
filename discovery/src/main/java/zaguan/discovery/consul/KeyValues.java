package zaguan.discovery.consul;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.http.BoundedClient;

/**
 * Consul's <a href="https://developer.hashicorp.com/consul/api-docs/kv">key/value store</a>. Any
 * thread; waits for Consul, and throws as {@link ConsulApi} does. Keys are given as they are, and
 * written by <a href="https://developer.hashicorp.com/consul/api-docs/kv#cas">check-and-set</a>
 * where a method says so.
 */
@Singleton
public final class KeyValues {

  private static final String PATH = "/v1/kv/";

  /**
   * A key, and what is there.
   *
   * @param value empty if there is none
   * @param index its {@code ModifyIndex}, which changes with the value
   */
  public record Entry(String key, String value, long index) {}

  /**
   * All keys that begin alike.
   *
   * @param index of this list, to ask for what is newer
   */
  public record Listing(List<Entry> entries, long index) {

    public Listing {
      entries = List.copyOf(entries);
    }
  }

  private final ConsulApi consul;
  private final ObjectMapper json;

  public KeyValues(ConsulApi consul, ObjectMapper json) {
    this.consul = consul;
    this.json = json;
  }

  /** All keys that begin with the prefix, as they are now. */
  public Listing list(String prefix) throws IOException, InterruptedException {
    return listing(consul.getIfAny(recurse(prefix)));
  }

  /**
   * All keys that begin with the prefix, when one is newer, or after the longest wait.
   *
   * @param index of the last list; 0 for as they are now
   */
  public Listing listNewerThan(long index, String prefix) throws IOException, InterruptedException {
    return index == 0 ? list(prefix) : listing(consul.getIfAnyNewerThan(index, recurse(prefix)));
  }

  /** Writes, whatever was there. */
  public void put(String key, String value) throws IOException, InterruptedException {
    consul.put(path(key), value);
  }

  /**
   * Writes if the key is as it was.
   *
   * @param index of the entry; 0 if there was none
   * @return whether it was written
   */
  public boolean putIf(long index, String key, String value)
      throws IOException, InterruptedException {
    return consul.put(path(key) + "?cas=" + index, value).equals("true");
  }

  /**
   * Deletes if the key is as it was.
   *
   * @param index of the entry
   * @return whether it was deleted
   */
  public boolean deleteIf(long index, String key) throws IOException, InterruptedException {
    return consul.delete(path(key) + "?cas=" + index).equals("true");
  }

  /** Deletes; no effect if there is no such key. */
  public void delete(String key) throws IOException, InterruptedException {
    consul.delete(path(key));
  }

  private static String recurse(String prefix) {
    return path(prefix) + "?recurse=true";
  }

  private static String path(String key) {
    return PATH + BoundedClient.encoded(key);
  }

  private Listing listing(ConsulApi.Answer answer) throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (answer.body().length > 0) {
      JsonNode list = json.readValue(answer.body(), JsonNode.class);
      if (list == null || !list.isArray()) {
        throw new IOException("Consul's list of keys is not a list");
      }
      for (JsonNode each : list.values()) {
        Entry entry = entry(each);
        if (entry != null) {
          entries.add(entry);
        }
      }
    }
    return new Listing(entries, answer.index());
  }

  private static @Nullable Entry entry(JsonNode said) {
    JsonNode key = said.get("Key");
    JsonNode value = said.get("Value");
    JsonNode index = said.get("ModifyIndex");
    if (key == null || !key.isString()) {
      return null;
    }
    return new Entry(
        key.getStringValue(),
        value != null && value.isString()
            ? new String(Base64.getMimeDecoder().decode(value.getStringValue()), UTF_8)
            : "",
        index != null && index.isNumber() ? index.getLongValue() : 0);
  }
}
