package zaguan.discovery.client;

import io.micronaut.http.client.exceptions.HttpClientException;

/**
 * A service did not answer a call: none of its instances could be asked, or none has answered in
 * time. What an instance answered, such as 404 or 500, is Micronaut's {@link
 * io.micronaut.http.client.exceptions.HttpClientResponseException} instead.
 */
public final class CallFailedException extends HttpClientException {

  private static final long serialVersionUID = 1;

  /** Why there is no answer. */
  public enum Reason {
    /** No instance is registered, and no gateway that would know whether the service sleeps. */
    NO_INSTANCE,
    /** None has answered in the time that there was. */
    TOO_LATE,
    /** Too many calls of the service wait for their response already. */
    OVERLOADED
  }

  private final Reason reason;

  private CallFailedException(Reason reason, String service, String message) {
    super(message);
    this.reason = reason;
    setServiceId(service);
  }

  static CallFailedException noInstance(String service) {
    return new CallFailedException(
        Reason.NO_INSTANCE, service, "no instance of " + service + " is registered in Consul");
  }

  static CallFailedException noGateway(String service, String gateway) {
    return new CallFailedException(
        Reason.NO_INSTANCE,
        service,
        "no instance of "
            + service
            + " is registered in Consul, and no gateway ("
            + gateway
            + ") that could wake one");
  }

  static CallFailedException overloaded(String service) {
    return new CallFailedException(
        Reason.OVERLOADED,
        service,
        "too many calls of " + service + " wait for their response already");
  }

  static CallFailedException tooLate(String service, String what) {
    return new CallFailedException(Reason.TOO_LATE, service, what);
  }

  /** Why there is no answer. */
  public Reason reason() {
    return reason;
  }
}
