package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RealConsulIT extends ConsulContract<RealConsul> {

  private static final int MANY = 2_000;

  RealConsulIT() throws IOException {
    super(new RealConsul());
  }

  @Test
  void twoThousandServicesFitIntoAFewConnections() throws Exception {
    for (int i = 0; i < MANY; i++) {
      consul.register("s" + i, "s" + i, 1 + i);
    }
    watch(Duration.ZERO);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(catalog.current().services()).hasSize(MANY + 1));
    // Two long polls, the readings, and the connection that registered.
    assertThat(connections()).isBetween(2L, 20L);
    consul.status("s7", "critical");
    await().until(() -> !listed().contains("s7=[s7]"));
  }

  /** Established from this side to the agent's port. */
  private long connections() throws IOException {
    String remote = String.format("0100007F:%04X 01", consul.port());
    return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
        .filter(line -> line.contains(remote))
        .count();
  }
}
