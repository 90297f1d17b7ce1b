package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void freePortsDifferAndKeepClearOfNomadsOwnRange() {
    Ports ports = Ports.free(new Random(1));
    assertThat(new HashSet<>(ports.named().values())).hasSize(9);
    assertThat(ports.named().values())
        .allMatch(port -> port < ports.dynamicFirst() || port > ports.dynamicLast());
    assertThat(ports.dynamicLast()).isLessThan(Ports.standard().dynamicFirst());
  }
}
