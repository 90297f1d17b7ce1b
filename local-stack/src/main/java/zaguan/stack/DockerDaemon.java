package zaguan.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a stack runs a Docker engine of its own. The engine has no network of its own: containers are
 * on the machine's.
 *
 * @param folder where the engine keeps everything
 */
record DockerDaemon(Path folder) {

  /** Of a Unix socket; containerd's is the longest path below the folder. */
  private static final int LONGEST_PATH = 107;

  /** Where the program lies, or null. Debian puts it into /usr/sbin. */
  static @Nullable Path program() {
    return Program.onPath("dockerd", Program.path() + ":/usr/sbin");
  }

  /**
   * Where the engine answers, as in DOCKER_HOST.
   *
   * @throws StackFailure if the folder's path is too long for a socket
   */
  String endpoint() {
    Path longest = folder.resolve("run/containerd/containerd-debug.sock");
    if (longest.toString().length() > LONGEST_PATH) {
      throw new StackFailure(
          longest
              + " is too long for a socket's path, and the stack's Docker engine needs one there;"
              + " use a shorter folder: --state DIR");
    }
    return "unix://" + folder.resolve("docker.sock");
  }

  /** The command line that starts the engine. */
  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(program()));
    command.add("--host=" + endpoint());
    command.add("--data-root=" + folder.resolve("root"));
    command.add("--exec-root=" + folder.resolve("run"));
    command.add("--pidfile=" + pidFile());
    // Every container is on the machine's network: nothing here changes it.
    command.addAll(
        List.of("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"));
    return command;
  }

  Path pidFile() {
    return folder.resolve("dockerd.pid");
  }
}
