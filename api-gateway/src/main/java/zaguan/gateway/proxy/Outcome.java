package zaguan.gateway.proxy;

/** Why a request got no answer from an instance. */
sealed interface Outcome {

  /** The path leaves its prefix. */
  record BadPath() implements Outcome {}

  /** No public service has the path. */
  record NoRoute(String path) implements Outcome {}

  /** Consul has not answered since the gateway started. */
  record NotLoaded() implements Outcome {}

  /** The service is known, and none of its instances is healthy. */
  record NoInstance(String service) implements Outcome {}

  /** The instance took no connection, or closed it before it answered. */
  record BrokenOff(String service, String address) implements Outcome {}

  /** The instance did not answer in time. */
  record TooLate(String service, String address) implements Outcome {}
}
