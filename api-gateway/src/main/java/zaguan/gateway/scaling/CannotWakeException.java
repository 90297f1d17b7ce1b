package zaguan.gateway.scaling;

/** There will be no instance of a service, unless somebody changes something. */
final class CannotWakeException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  CannotWakeException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** A sentence or two, for people. */
  String reason() {
    return reason;
  }
}
