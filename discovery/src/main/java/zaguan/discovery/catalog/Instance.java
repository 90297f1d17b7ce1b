package zaguan.discovery.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One healthy process of a service, as Consul knows it.
 *
 * @param id Consul's service ID, one of a kind on its node
 * @param service the name of the service
 * @param node the name of the node it is registered on
 * @param host name or address, never empty
 * @param port 1 to 65535
 * @param weight its share relative to the others, 0 to 65535; Consul's weight for the state of its
 *     checks. An instance of weight 0 is not asked while another has more
 */
public record Instance(
    String id,
    String service,
    String node,
    String host,
    int port,
    int weight,
    List<String> tags,
    Map<String, String> meta) {

  /** The tag of a service that the gateway serves, and of each instance of it that is asked. */
  public static final String PUBLIC = "public";

  /** By ID, then by node: two nodes may each have an instance of the same ID. */
  static final Comparator<Instance> ORDER =
      Comparator.comparing(Instance::id).thenComparing(Instance::node);

  public Instance {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }

  /** Whether it has the tag {@link #PUBLIC}, so that the gateway may send it requests. */
  public boolean isPublic() {
    return tags.contains(PUBLIC);
  }

  /** Host and port, as in a URI. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
