package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ConsulOutageTest {

  private static final Duration AWAY = Duration.ofSeconds(30);

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void requestsGoOnWhileConsulIsAwayFor30SecondsAndComesBack() throws Exception {
    try (Load load = Load.of(100, platform.frontDoor().uri("/greeter/hello/Ada"))) {
      long end = System.nanoTime() + AWAY.toNanos();
      platform.consul().stop();
      try {
        Eventually.within(
            AWAY.plusSeconds(5), () -> System.nanoTime() >= end, true); // Consul is away meanwhile
      } finally {
        platform.consul().start();
      }
      Eventually.is(() -> platform.consul().passing("greeter"), 3);
      // The gateways hear of the next change: their long polls are back, too.
      platform.nomad().scale("greeter", 4);
      Eventually.is(() -> platform.gateways().instancesOf("greeter").toString(), "[4, 4]");
      Load.Report report = load.stop();
      assertThat(report.outcomes()).hasSizeGreaterThan((int) AWAY.toSeconds() * 90);
      assertThat(report.failures()).isEmpty();
    } finally {
      platform.nomad().scale("greeter", 3);
      Eventually.is(() -> platform.consul().passing("greeter"), 3);
    }
  }
}
