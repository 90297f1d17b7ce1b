package zaguan.discovery;

import java.util.Map;

/** A Consul that a test may tell what is registered: a real agent, or one in memory. */
public interface TestConsul extends AutoCloseable {

  /** Host and port. */
  String address();

  /** Registers an instance with one check, or replaces its registration. */
  void register(Registration registration);

  /**
   * A public instance.
   *
   * @param status of its check: passing, warning or critical
   */
  default void register(String id, String name, int port, Map<String, String> meta, String status) {
    register(Registration.of(id, name, port).says(meta).is(status));
  }

  /** A public instance whose check passes. */
  default void register(String id, String name, int port) {
    register(id, name, port, Map.of());
  }

  /** A public instance whose check passes. */
  default void register(String id, String name, int port, Map<String, String> meta) {
    register(id, name, port, meta, "passing");
  }

  /** Changes its check. */
  void status(String id, String status);

  void deregister(String id);

  @Override
  void close();
}
