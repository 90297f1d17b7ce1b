package zaguan.discovery.balancing;

/**
 * What a request's method promises, by its name, which is case-sensitive: <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-9.2">RFC 9110, 9.2</a>.
 */
public final class Methods {

  private Methods() {}

  /**
   * Whether twice does what once does, so that a request may be sent again though an instance may
   * have seen it.
   */
  public static boolean isIdempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  /**
   * Whether it changes nothing, so that two instances may be asked at once. TRACE is left out: no
   * service gets it.
   */
  public static boolean isSafe(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS" -> true;
      default -> false;
    };
  }
}
