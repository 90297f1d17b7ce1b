package zaguan.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import zaguan.stack.Ports;
import zaguan.stack.Progress;
import zaguan.stack.Tools;

/** HAProxy with the shipped file, beside a stack, with settings and addresses of its own. */
final class OwnFrontDoor implements AutoCloseable {

  private final InetSocketAddress address;
  private final Process process;
  private final Path log;

  /**
   * @param address where it listens
   * @param dns Consul's DNS, from which it knows the gateways
   * @param settings by their names in the file
   */
  OwnFrontDoor(
      Path folder, InetSocketAddress address, InetSocketAddress dns, Map<String, String> settings)
      throws IOException {
    this.address = address;
    log = folder.resolve("haproxy-" + address.getPort() + ".log");
    Path file = Platform.checkout().root().resolve("haproxy/haproxy.cfg");
    ProcessBuilder builder =
        new ProcessBuilder(
                Tools.obtain(Platform.checkout(), Progress.silent()).haproxy().toString(),
                "-db",
                "-f",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("FRONT_DOOR_ADDR", text(address));
    builder
        .environment()
        .put(
            "STATISTICS_ADDR",
            "127.0.0.1:" + Ports.free(RandomGenerator.getDefault()).statistics());
    builder.environment().put("CONSUL_DNS_ADDR", text(dns));
    builder.environment().putAll(settings);
    process = builder.start();
    Eventually.is(this::isOpen, true);
  }

  /** On loopback. */
  static OwnFrontDoor beside(Platform platform, Path folder, Map<String, String> settings)
      throws IOException {
    return new OwnFrontDoor(
        folder, free(InetAddress.getLoopbackAddress()), platform.dns().address(), settings);
  }

  /** A port of an address that nobody uses. */
  static InetSocketAddress free(InetAddress address) {
    return new InetSocketAddress(address, Ports.free(RandomGenerator.getDefault()).frontDoor());
  }

  InetSocketAddress address() {
    return address;
  }

  URI uri(String path) {
    return URI.create("http://" + text(address)).resolve(path);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IOException("HAProxy does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOpen() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("HAProxy ended:\n" + Files.readString(log));
    }
    try (Socket socket = new Socket()) {
      socket.connect(address);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
