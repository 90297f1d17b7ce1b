package zaguan.simulation;

import static zaguan.simulation.Agenda.MICROSECOND;
import static zaguan.simulation.Agenda.SECOND;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What lies between gateways and servers. */
final class Network {

  static final long HOP = 250 * MICROSECOND;
  static final long CONNECT_TIMEOUT = SECOND;

  private final Agenda agenda;
  private final Map<String, Server> servers;
  private final BitSet cutOffGateways = new BitSet();
  private List<Server> cutOffServers = List.of();

  Network(Agenda agenda, Map<String, Server> servers) {
    this.agenda = agenda;
    this.servers = servers;
  }

  /** From now on the first gateways do not reach these servers. */
  void cut(int gateways, List<Server> servers) {
    cutOffGateways.set(0, gateways);
    cutOffServers = List.copyOf(servers);
  }

  void heal() {
    cutOffGateways.clear();
    cutOffServers = List.of();
  }

  void send(int gateway, String id, Call call) {
    Server server = servers.get(id);
    if (server == null) {
      throw new IllegalArgumentException("no server " + id);
    }
    if (cutOffGateways.get(gateway) && cutOffServers.contains(server)) {
      agenda.after(CONNECT_TIMEOUT, call::refused);
    } else {
      agenda.after(HOP, () -> arrive(server, call));
    }
  }

  private void arrive(Server server, Call call) {
    if (!server.listening()) {
      agenda.after(HOP, call::refused);
      return;
    }
    server.receive(
        new Call() {
          @Override
          public void answered(int status) {
            agenda.after(HOP, () -> call.answered(status));
          }

          @Override
          public void refused() {
            throw new IllegalStateException("it was received");
          }
        });
  }
}
