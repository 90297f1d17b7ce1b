package zaguan.discovery.consul;

/** What Consul is asked over and over, by its path. Each may fail by itself. */
public enum Question {
  /** The names of all services, and their tags. */
  NAMES("/v1/catalog/services"),
  /** All checks. */
  CHECKS("/v1/health/state/any"),
  /** The instances of one service, whose name follows. */
  INSTANCES("/v1/health/service/");

  private final String path;

  Question(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  @Override
  public String toString() {
    return path;
  }
}
