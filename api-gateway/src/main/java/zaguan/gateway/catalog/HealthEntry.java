package zaguan.gateway.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * One entry of <a
 * href="https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service">
 * {@code /v1/health/service/:name}</a>.
 */
@Serdeable.Deserializable
record HealthEntry(
    @JsonProperty("Node") Node node,
    @JsonProperty("Service") Registration service,
    @JsonProperty("Checks") List<Check> checks) {

  @Serdeable.Deserializable
  record Node(@JsonProperty("Node") String name, @JsonProperty("Address") String address) {}

  @Serdeable.Deserializable
  record Registration(
      @JsonProperty("ID") String id,
      @JsonProperty("Service") String name,
      @JsonProperty("Address") String address,
      @JsonProperty("Port") int port,
      @JsonProperty("Tags") @Nullable List<String> tags,
      @JsonProperty("Meta") @Nullable Map<String, String> meta,
      @JsonProperty("Weights") @Nullable Weights weights) {}

  @Serdeable.Deserializable
  record Weights(@JsonProperty("Passing") int passing) {}

  @Serdeable.Deserializable
  record Check(@JsonProperty("Status") String status) {}

  /**
   * Whether requests may be sent there. A warning does not count against it, as in Consul's DNS, so
   * that HAProxy and the gateway see the same instances.
   */
  boolean isHealthy() {
    return checks.stream()
        .allMatch(check -> check.status().equals("passing") || check.status().equals("warning"));
  }

  /** Whether it can be reached at all: some registrations are names only. */
  boolean hasAddress() {
    return service.port() > 0;
  }

  Instance instance() {
    return new Instance(
        service.id(),
        service.name(),
        node.name(),
        service.address().isEmpty() ? node.address() : service.address(),
        service.port(),
        service.weights() == null ? 1 : Math.max(1, service.weights().passing()),
        service.tags() == null ? List.of() : service.tags(),
        service.meta() == null ? Map.of() : service.meta());
  }
}
