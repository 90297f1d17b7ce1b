package zaguan.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import zaguan.stack.Ports;

/** A second Nomad client on this machine, named {@code second}, at a stack's server. */
final class SecondNode implements AutoCloseable {

  private final Platform platform;
  private final Process agent;
  private final Path data;

  SecondNode(Platform platform, Path folder) throws Exception {
    this.platform = platform;
    data = folder.toRealPath().resolve("second");
    JsonNode self = platform.nomadApi("/v1/agent/self");
    JsonNode first = platform.nomadApi("/v1/nodes").path(0);
    JsonNode meta = platform.nomadApi("/v1/node/" + first.path("ID").asText()).path("Meta");
    Ports ports = Ports.free(RandomGenerator.getDefault());
    Path file = folder.resolve("second.hcl");
    Files.writeString(
        file,
        """
        name      = "second"
        data_dir  = "%s"
        bind_addr = "127.0.0.1"
        ports {
          http = %d
          rpc  = %d
          serf = %d
        }
        advertise {
          http = "127.0.0.1"
          rpc  = "127.0.0.1"
          serf = "127.0.0.1"
        }
        consul {
          address = "%s"
        }
        client {
          enabled           = true
          servers           = ["127.0.0.1:%d"]
          network_interface = "lo"
          min_dynamic_port  = %d
          max_dynamic_port  = %d
          options = {
            "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"
          }
          meta {
            java_home        = "%s"
            consul_http_addr = "%s"
          }
        }
        plugin "raw_exec" {
          config {
            enabled = true
          }
        }
        """
            .formatted(
                data,
                ports.nomadHttp(),
                ports.nomadRpc(),
                ports.nomadSerf(),
                platform.consulAddress(),
                self.path("config").path("Ports").path("RPC").asInt(),
                ports.dynamicFirst(),
                ports.dynamicLast(),
                meta.path("java_home").asText(),
                meta.path("consul_http_addr").asText()));
    ProcessBuilder builder =
        new ProcessBuilder(nomad(), "agent", "-config=" + file)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("second.log").toFile());
    // With the stack's mark: should this test be cut off, the stack's end is its end too.
    builder.environment().put("ZAGUAN_STACK", platform.folder().toString());
    agent = builder.start();
    Eventually.is(() -> node().path("Status").asText(), "ready");
  }

  /** Those that run on it. */
  int allocations() throws Exception {
    int running = 0;
    for (JsonNode each :
        platform.nomadApi("/v1/node/" + node().path("ID").asText() + "/allocations")) {
      running += each.path("ClientStatus").asText().equals("running") ? 1 : 0;
    }
    return running;
  }

  void drain() throws Exception {
    platform.nomad("node", "drain", "-enable", "-yes", "-detach", node().path("ID").asText());
  }

  /** Whether Nomad may place nothing on the first. */
  void isTheOnlyOneEligible(boolean only) throws Exception {
    String first = node(false).path("ID").asText();
    platform.nomad("node", "eligibility", only ? "-disable" : "-enable", first);
  }

  @Override
  public void close() throws IOException {
    agent.destroy();
    Eventually.is(agent::isAlive, false);
    // Nomad mounts the secrets of each allocation, and keeps it while the allocation is known.
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String mount = line.split(" ", 3)[1];
      if (mount.startsWith(data + "/")) {
        Process umount = new ProcessBuilder("umount", mount).inheritIO().start();
        Eventually.is(umount::isAlive, false);
      }
    }
  }

  private JsonNode node() throws IOException, InterruptedException {
    return node(true);
  }

  private JsonNode node(boolean second) throws IOException, InterruptedException {
    JsonNode nodes = platform.nomadApi("/v1/nodes");
    for (JsonNode node : nodes) {
      if (node.path("Name").asText().equals("second") == second) {
        return node;
      }
    }
    return nodes.path("none");
  }

  private String nomad() {
    String path = platform.environment().getOrDefault("PATH", "");
    return path.substring(0, path.indexOf(':')) + "/nomad";
  }
}
