package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NomadAgentFileTest {

  private static final String WITHOUT_DOCKER =
      """
      data_dir = "/stack/data/nomad"

      ports {
        http = 4646
        rpc  = 4647
        serf = 4648
      }

      consul {
        address = "127.0.0.1:8500"
      }

      client {
        min_dynamic_port = 20000
        max_dynamic_port = 32000

        meta {
          java_home        = "JAVA_HOME"
          haproxy          = "/usr/sbin/haproxy"
          consul_http_addr = "127.0.0.1:8500"
          nomad_http_addr  = "127.0.0.1:4646"
          consul_dns_addr  = "127.0.0.1:8600"
        }

        chroot_env = {
          "JAVA_HOME" = "JAVA_HOME"
          "/stack/apps" = "/apps"
        }
      }
      """
          .replace("JAVA_HOME", System.getProperty("java.home"));

  @Test
  void theAgentHasThePortsAndFoldersOfTheStackAndWhatJobFilesAskFor() {
    assertThat(text(null)).isEqualTo(WITHOUT_DOCKER);
  }

  @Test
  void anEngineIsNamedInABlockThatRepeatsWhatTheShippedFileSays() {
    assertThat(text(new DockerEngine("unix:///stack/data/docker/docker.sock")))
        .isEqualTo(
            WITHOUT_DOCKER
                + """

                plugin "docker" {
                  config {
                    endpoint = "unix:///stack/data/docker/docker.sock"

                    gc {
                      image = false

                      dangling_containers {
                        enabled = false
                      }
                    }
                  }
                }
                """);
  }

  private static String text(@Nullable DockerEngine docker) {
    Tools tools =
        new Tools(Path.of("/bin/consul"), Path.of("/bin/nomad"), Path.of("/usr/sbin/haproxy"));
    return NomadAgentFile.text(
        Path.of("/stack/data/nomad"),
        Path.of("/stack/apps"),
        new StackState.Settings(Ports.standard(), StackOptions.Driver.raw_exec, 2, tools, docker));
  }
}
