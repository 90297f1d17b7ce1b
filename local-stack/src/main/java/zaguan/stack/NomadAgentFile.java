package zaguan.stack;

import java.nio.file.Path;

/**
 * What Nomad's agent is told beside the shipped files: the stack's ports and folders, and what its
 * job files ask the machine for.
 */
final class NomadAgentFile {

  /**
   * Where a chroot has the jars. In a chroot, a folder and the folders above it keep their rights:
   * below /root, an unprivileged user could not reach the jars.
   */
  static final Path APPS_IN_CHROOT = Path.of("/apps");

  private NomadAgentFile() {}

  /**
   * @param data where the agent keeps its data
   * @param apps the folder of the jars
   */
  static String text(Path data, Path apps, StackState.Settings settings) {
    Ports ports = settings.ports();
    String javaHome = System.getProperty("java.home");
    return """
    data_dir = "%s"

    ports {
      http = %d
      rpc  = %d
      serf = %d
    }

    consul {
      address = "127.0.0.1:%d"
    }

    client {
      min_dynamic_port = %d
      max_dynamic_port = %d

      meta {
        java_home        = "%s"
        haproxy          = "%s"
        consul_http_addr = "127.0.0.1:%d"
        nomad_http_addr  = "127.0.0.1:%d"
        consul_dns_addr  = "127.0.0.1:%d"
      }

      chroot_env = {
        "%s" = "%s"
        "%s" = "%s"
      }
    }
    %s\
    """
        .formatted(
            data,
            ports.nomadHttp(),
            ports.nomadRpc(),
            ports.nomadSerf(),
            ports.consulHttp(),
            ports.dynamicFirst(),
            ports.dynamicLast(),
            javaHome,
            settings.tools().haproxy(),
            ports.consulHttp(),
            ports.nomadHttp(),
            ports.consulDns(),
            javaHome,
            javaHome,
            apps,
            APPS_IN_CHROOT,
            settings.docker() == null ? "" : dockerPlugin(settings.docker()));
  }

  /**
   * Nomad takes only the last block of a plugin: what nomad/agent/client.hcl says is here again.
   */
  private static String dockerPlugin(DockerEngine engine) {
    return """

    plugin "docker" {
      config {
        endpoint = "%s"

        gc {
          image = false

          dangling_containers {
            enabled = false
          }
        }
      }
    }
    """
        .formatted(engine.endpoint());
  }
}
