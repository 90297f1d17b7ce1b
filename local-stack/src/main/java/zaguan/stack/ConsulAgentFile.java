package zaguan.stack;

import java.nio.file.Path;

/** What Consul's agent is told beside the shipped file: the stack's ports and folder. */
final class ConsulAgentFile {

  private ConsulAgentFile() {}

  /**
   * @param data where the agent keeps its data
   */
  static String text(Path data, Ports ports) {
    return """
    data_dir = "%s"

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
            data, ports.consulHttp(), ports.consulDns(), ports.consulServer(), ports.consulSerf());
  }
}
