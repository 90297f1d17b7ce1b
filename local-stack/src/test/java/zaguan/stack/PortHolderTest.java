package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortHolderTest {

  @Test
  void whoListensOnAPortIsFound() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PortHolder holder = PortHolder.of(socket.getLocalPort()).orElseThrow();
      assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(holder.command()).contains("java");
    }
  }

  @Test
  void aFreePortHasNoHolder() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(PortHolder.of(port)).isEmpty();
  }

  @Test
  void aProgramThatNomadDidNotStartIsForeignToAnAllocation() {
    Allocation allocation = new Allocation("id", null, 1, 0, "running", "run", null, null);
    assertThat(new PortHolder(ProcessHandle.current().pid(), "java").isForeignTo(allocation))
        .isTrue();
    // Nothing is known of another user's process: it may be the instance.
    assertThat(new PortHolder(0, "a process of another user").isForeignTo(allocation)).isFalse();
  }
}
