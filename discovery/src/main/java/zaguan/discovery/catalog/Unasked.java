package zaguan.discovery.catalog;

import java.util.Map;

/**
 * An instance that is registered and gets no request: its checks do not pass, or it has no address.
 * What it says of its service holds where no healthy instance speaks.
 *
 * @param id Consul's service ID, one of a kind on its node
 * @param node the name of the node it is registered on
 * @param isPublic whether it has the tag {@link Instance#PUBLIC}
 */
public record Unasked(String id, String node, boolean isPublic, Map<String, String> meta) {

  public Unasked {
    meta = Map.copyOf(meta);
  }
}
