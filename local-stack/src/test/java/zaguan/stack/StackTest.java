package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stack says when it cannot be. */
class StackTest {

  @TempDir private Path folder;

  private final Stack stack;

  StackTest(@TempDir Path checkout) throws Exception {
    Files.createDirectories(checkout.resolve("nomad"));
    Files.writeString(checkout.resolve("nomad/greeter.nomad.hcl"), "");
    stack = new Stack(new Checkout(checkout), checkout.resolve("state"), Progress.silent());
  }

  @Test
  void aTakenPortIsNamedWithTheProcessThatHasIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports some = Ports.free(new java.util.Random(7));
      Ports ports =
          new Ports(
              taken.getLocalPort(),
              some.statistics(),
              some.consulHttp(),
              some.consulDns(),
              some.consulServer(),
              some.consulSerf(),
              some.nomadHttp(),
              some.nomadRpc(),
              some.nomadSerf(),
              some.dynamicFirst(),
              some.dynamicLast());
      assertThatThrownBy(() -> stack.up(StackOptions.standard(), ports))
          .isInstanceOf(StackFailure.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " for the front door is taken by")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageEndingWith("./stack up --ports free --state " + stack.folder());
    }
  }

  @Test
  void whereNothingIsUpDownHasNothingToDo() {
    assertThat(stack.down()).isFalse();
    assertThat(stack.status().condition()).isEqualTo(Status.Condition.down);
  }

  @Test
  void whileAnotherCommandIsAtWorkItIsSaidWhatItDoes() throws Exception {
    StackState state = new StackState(stack.folder());
    NotedProgress other = new NotedProgress(Progress.silent(), state);
    try (FileChannel _ = state.lock(Progress.silent())) {
      other.begin("coming up");
      other.step("consul: starting");
      other.at("waiting for consul to be ready");
      String doing = "coming up: waiting for consul to be ready";
      assertThat(stack.status()).isEqualTo(new Status(Status.Condition.partly, List.of(doing)));
      assertThatThrownBy(stack::environment).hasMessageStartingWith(doing);
    }
    assertThat(stack.status().condition()).isEqualTo(Status.Condition.down);
  }

  @Test
  void whereNothingIsUpThereIsNoEnvironment() {
    assertThatThrownBy(stack::environment)
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("./stack up --state " + stack.folder());
  }

  @Test
  void aFolderThatIsNoCheckoutIsRefused() {
    assertThatThrownBy(() -> new Checkout(folder))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("is not a checkout of Zaguán");
  }
}
