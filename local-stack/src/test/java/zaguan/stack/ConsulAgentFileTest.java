package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConsulAgentFileTest {

  @Test
  void theAgentHasItsFolderAndThePortsThatAStackUsesAndNoOther() {
    assertThat(ConsulAgentFile.text(Path.of("/stack/data/consul"), Ports.standard()))
        .isEqualTo(
            """
            data_dir = "/stack/data/consul"

            ports {
              http     = 8500
              dns      = 8600
              server   = 8300
              serf_lan = 8301
              serf_wan = -1
              grpc     = -1
              grpc_tls = -1
            }
            """);
  }
}
