package zaguan.discovery.consul;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One entry of <a
 * href="https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service">
 * {@code /v1/health/service/:name}</a>.
 */
@Serdeable.Deserializable
public record HealthEntry(
    @JsonProperty("Node") Node node,
    @JsonProperty("Service") Registration service,
    @JsonProperty("Checks") @Nullable List<Check> checks) {

  /** Consul's own bound; the sum of many is an {@code int}. */
  private static final int HEAVIEST = 65_535;

  @Serdeable.Deserializable
  public record Node(@JsonProperty("Node") String name, @JsonProperty("Address") String address) {}

  @Serdeable.Deserializable
  public record Registration(
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
  public record Weights(
      @JsonProperty("Passing") int passing, @JsonProperty("Warning") @Nullable Integer warning) {}

  @Serdeable.Deserializable
  public record Check(@JsonProperty("Status") @Nullable String status) {}

  /**
   * Whether it is an instance of the service, as Consul's {@code Kind} calls it: not a proxy or a
   * gateway of its mesh, which speaks for another service and takes no plain HTTP.
   */
  public boolean isTypical() {
    return service.kind() == null || service.kind().isEmpty();
  }

  public List<String> tags() {
    return service.tags() == null
        ? List.of()
        : service.tags().stream().filter(Objects::nonNull).toList();
  }

  /**
   * Whether requests may be sent there. A warning does not count against it, as in Consul's DNS, so
   * that HAProxy and the gateway see the same instances.
   */
  public boolean isHealthy() {
    return checks == null
        || checks.stream().allMatch(check -> "passing".equals(check.status()) || isWarning(check));
  }

  /** What Consul's DNS would say: the weight for the worst of its checks. */
  public int weight() {
    Weights weights = service.weights();
    if (weights == null) {
      return 1;
    }
    boolean warning = checks != null && checks.stream().anyMatch(HealthEntry::isWarning);
    int weight = !warning ? weights.passing() : weights.warning() == null ? 1 : weights.warning();
    return Math.clamp(weight, 0, HEAVIEST);
  }

  /** The name or address to ask; empty if it has none. */
  public String host() {
    String own = service.address();
    String host = own == null || own.isEmpty() ? node.address() : own;
    return host == null ? "" : host;
  }

  public Map<String, String> meta() {
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
}
