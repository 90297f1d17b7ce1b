package zaguan.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import zaguan.stack.Ports;

/**
 * A second node on this machine, named {@code second}: a Nomad client and a Consul client, at a
 * stack's servers. The Nomad client has a Consul agent of its own, because a Nomad client removes
 * from its Consul agent each instance that it does not know.
 */
final class SecondNode implements AutoCloseable {

  private final Platform platform;
  private final Path folder;
  private final Process consul;
  private final Process nomad;
  private final Path data;

  SecondNode(Platform platform, Path folder) throws Exception {
    this.platform = platform;
    this.folder = folder;
    data = folder.toRealPath().resolve("second");
    Ports ports = Ports.free(RandomGenerator.getDefault());
    consul = start("consul", "-config-file", consulFile(ports));
    nomad = start("nomad", "-config", nomadFile(ports));
    Eventually.is(() -> node().path("Status").asText(), "ready");
    Eventually.is(
        () -> {
          String id = node().path("ID").asText();
          return platform.nomad().get("/v1/node/" + id).path("Attributes").has("consul.version");
        },
        true);
  }

  private String consulFile(Ports ports) throws Exception {
    JsonNode server = platform.consul().get("/v1/agent/self").path("Member");
    return """
    node_name  = "second"
    data_dir   = "%s"
    bind_addr  = "127.0.0.1"
    retry_join = ["127.0.0.1:%d"]
    ports {
      http     = %d
      dns      = %d
      server   = %d
      serf_lan = %d
      serf_wan = -1
      grpc     = -1
      grpc_tls = -1
    }
    """
        .formatted(
            data.resolve("consul"),
            server.path("Port").asInt(),
            ports.consulHttp(),
            ports.consulDns(),
            ports.consulServer(),
            ports.consulSerf());
  }

  private String nomadFile(Ports ports) throws Exception {
    JsonNode self = platform.nomad().get("/v1/agent/self");
    JsonNode first = platform.nomad().get("/v1/nodes").path(0);
    JsonNode meta = platform.nomad().get("/v1/node/" + first.path("ID").asText()).path("Meta");
    return """
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
      address = "127.0.0.1:%d"
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
        consul_http_addr = "127.0.0.1:%d"
      }
    }
    plugin "raw_exec" {
      config {
        enabled = true
      }
    }
    """
        .formatted(
            data.resolve("nomad"),
            ports.nomadHttp(),
            ports.nomadRpc(),
            ports.nomadSerf(),
            ports.consulHttp(),
            self.path("config").path("Ports").path("RPC").asInt(),
            ports.dynamicFirst(),
            ports.dynamicLast(),
            meta.path("java_home").asText(),
            ports.consulHttp());
  }

  private Process start(String agent, String option, String configuration) throws IOException {
    Path file = folder.resolve("second-" + agent + ".hcl");
    Files.writeString(file, configuration);
    ProcessBuilder builder =
        new ProcessBuilder(List.of(tool(agent), "agent", option + "=" + file))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("second-" + agent + ".log").toFile());
    // With the stack's mark: if this test is cut off, the node ends with the stack.
    builder.environment().put("ZAGUAN_STACK", platform.folder().toString());
    return builder.start();
  }

  /** The allocations that run on the second node. */
  int allocations() throws Exception {
    int running = 0;
    for (JsonNode each :
        platform.nomad().get("/v1/node/" + node().path("ID").asText() + "/allocations")) {
      running += each.path("ClientStatus").asText().equals("running") ? 1 : 0;
    }
    return running;
  }

  void drain() throws Exception {
    platform.nomad().run("node", "drain", "-enable", "-yes", "-detach", node().path("ID").asText());
  }

  /** Whether Nomad may place nothing on the first node. */
  void isTheOnlyOneEligible(boolean only) throws Exception {
    String first = node(false).path("ID").asText();
    platform.nomad().run("node", "eligibility", only ? "-disable" : "-enable", first);
  }

  @Override
  public void close() throws IOException {
    nomad.destroy();
    Eventually.is(nomad::isAlive, false);
    consul.destroy();
    Eventually.is(consul::isAlive, false);
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
    JsonNode nodes = platform.nomad().get("/v1/nodes");
    for (JsonNode node : nodes) {
      if (node.path("Name").asText().equals("second") == second) {
        return node;
      }
    }
    return nodes.path("none");
  }

  private String tool(String name) {
    String path = platform.environment().getOrDefault("PATH", "");
    return path.substring(0, path.indexOf(':')) + "/" + name;
  }
}
