package zaguan.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The ports of a stack, all on loopback.
 *
 * @param dynamicFirst first of the range from which Nomad gives instances theirs
 * @param dynamicLast last of that range
 */
public record Ports(
    int frontDoor,
    int statistics,
    int consulHttp,
    int consulDns,
    int consulServer,
    int consulSerf,
    int nomadHttp,
    int nomadRpc,
    int nomadSerf,
    int dynamicFirst,
    int dynamicLast) {

  /** Of a private stack. Two Nomad agents do not know of each other's instances. */
  private static final int DYNAMIC = 200;

  /** Nomad's range is 20000 to 32000, the kernel's own starts at 32768. */
  private static final int PRIVATE_FIRST = 12_000;

  private static final int PRIVATE_LAST = 20_000;

  /** Those that the README names. */
  public static Ports standard() {
    return new Ports(8080, 8404, 8500, 8600, 8300, 8301, 4646, 4647, 4648, 20_000, 32_000);
  }

  /** Ports that are free now, apart from the standard ones, for a stack beside another. */
  public static Ports free(RandomGenerator random) {
    for (int attempt = 0; attempt < 100; attempt++) {
      int first =
          PRIVATE_FIRST + DYNAMIC * random.nextInt((PRIVATE_LAST - PRIVATE_FIRST) / DYNAMIC);
      List<Integer> free = new ArrayList<>();
      for (int port = first; port < first + DYNAMIC; port++) {
        if (isFree(port)) {
          free.add(port);
        }
      }
      // Taken whole or not at all: a port in use there is most likely another stack's.
      if (free.size() == DYNAMIC) {
        return new Ports(
            first,
            first + 1,
            first + 2,
            first + 3,
            first + 4,
            first + 5,
            first + 6,
            first + 7,
            first + 8,
            first + 10,
            first + DYNAMIC - 1);
      }
    }
    throw new StackFailure(
        "found no "
            + DYNAMIC
            + " free ports in a row between "
            + PRIVATE_FIRST
            + " and "
            + PRIVATE_LAST
            + "; end what holds them: ss -tlnp");
  }

  /** What listens where, by a name for people. The range for instances is not in it. */
  Map<String, Integer> named() {
    Map<String, Integer> named = new LinkedHashMap<>();
    named.put("the front door", frontDoor);
    named.put("HAProxy's statistics", statistics);
    named.put("Consul's HTTP", consulHttp);
    named.put("Consul's DNS", consulDns);
    named.put("Consul's server", consulServer);
    named.put("Consul's gossip", consulSerf);
    named.put("Nomad's HTTP", nomadHttp);
    named.put("Nomad's RPC", nomadRpc);
    named.put("Nomad's gossip", nomadSerf);
    return named;
  }

  /**
   * @param beside how to bring the stack up on other ports
   * @throws StackFailure if a program listens on one of them, with its name
   */
  void requireFree(String beside) {
    List<String> taken = new ArrayList<>();
    named()
        .forEach(
            (what, port) ->
                PortHolder.of(port)
                    .ifPresent(
                        holder ->
                            taken.add(
                                "port "
                                    + port
                                    + " for "
                                    + what
                                    + " is taken by "
                                    + holder.described())));
    if (!taken.isEmpty()) {
      throw new StackFailure(
          String.join("\n", taken)
              + "\nEnd "
              + (taken.size() == 1 ? "that program" : "those programs")
              + ", or bring the stack up on other ports: "
              + beside);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
