package zaguan.gateway.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import zaguan.gateway.logging.Printable;

/**
 * One entry of <a
 * href="https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service">
 * {@code /v1/health/service/:name}</a>.
 */
@Serdeable.Deserializable
record HealthEntry(
    @JsonProperty("Node") Node node,
    @JsonProperty("Service") Registration service,
    @JsonProperty("Checks") @Nullable List<Check> checks) {

  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  /** Consul's own bound; the sum of many is an {@code int}. */
  private static final int HEAVIEST = 65_535;

  @Serdeable.Deserializable
  record Node(@JsonProperty("Node") String name, @JsonProperty("Address") String address) {}

  @Serdeable.Deserializable
  record Registration(
      @JsonProperty("Kind") @Nullable String kind,
      @JsonProperty("ID") String id,
      @JsonProperty("Service") String name,
      @JsonProperty("Address") @Nullable String address,
      @JsonProperty("Port") int port,
      @JsonProperty("Tags") @Nullable List<String> tags,
      @JsonProperty("Meta") @Nullable Map<String, String> meta,
      @JsonProperty("Weights") @Nullable Weights weights,
      @JsonProperty("CreateIndex") long createIndex) {}

  @Serdeable.Deserializable
  record Weights(
      @JsonProperty("Passing") int passing, @JsonProperty("Warning") @Nullable Integer warning) {}

  @Serdeable.Deserializable
  record Check(@JsonProperty("Status") @Nullable String status) {}

  /**
   * Whether it is an instance of the service, as Consul's {@code Kind} calls it: not a proxy or a
   * gateway of its mesh, which speaks for another service and takes no plain HTTP.
   */
  boolean isTypical() {
    return service.kind() == null || service.kind().isEmpty();
  }

  boolean isPublic() {
    return tags().contains(Instance.PUBLIC);
  }

  List<String> tags() {
    return service.tags() == null
        ? List.of()
        : service.tags().stream().filter(Objects::nonNull).toList();
  }

  /**
   * Whether requests may be sent there. A warning does not count against it, as in Consul's DNS, so
   * that HAProxy and the gateway see the same instances.
   */
  boolean isHealthy() {
    return checks == null
        || checks.stream().allMatch(check -> "passing".equals(check.status()) || isWarning(check));
  }

  /** Why no request can be sent there, to end a sentence; null if one can. */
  @Nullable
  String unreachable() {
    String host = host();
    if (service.port() < 1 || service.port() > 65_535) {
      return "its port is " + service.port();
    }
    if (host.isEmpty()) {
      return "it has no address";
    }
    return isHost(host) ? null : "\"" + Printable.name(host) + "\" is no address to be asked";
  }

  Instance instance() {
    return new Instance(
        service.id(),
        service.name(),
        node.name(),
        host(),
        service.port(),
        weight(),
        tags(),
        meta());
  }

  Unasked unasked() {
    return new Unasked(service.id(), node.name(), isPublic(), meta());
  }

  /** What Consul's DNS would say: the weight for the worst of its checks. */
  private int weight() {
    Weights weights = service.weights();
    if (weights == null) {
      return 1;
    }
    boolean warning = checks != null && checks.stream().anyMatch(HealthEntry::isWarning);
    int weight = !warning ? weights.passing() : weights.warning() == null ? 1 : weights.warning();
    return Math.clamp(weight, 0, HEAVIEST);
  }

  private String host() {
    String own = service.address();
    String host = own == null || own.isEmpty() ? node.address() : own;
    return host == null ? "" : host;
  }

  private Map<String, String> meta() {
    Map<String, String> meta = new HashMap<>();
    if (service.meta() != null) {
      meta.putAll(service.meta());
      meta.values().removeIf(Objects::isNull);
    }
    return meta;
  }

  private static boolean isWarning(Check check) {
    return "warning".equals(check.status());
  }

  /** A name or an address; not one that means every address of this machine. */
  private static boolean isHost(String host) {
    if (!host.contains(":")) {
      return HOST_NAME.matcher(host).matches() && !host.equals("0.0.0.0");
    }
    try {
      return IPV6.matcher(host).matches() && !InetAddress.ofLiteral(host).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
