package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class SelfRegistrationTest {

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @TempDir private Path logs;

  @Test
  void onNomadThereIsExactlyOneRegistrationForEachInstance() throws Exception {
    Eventually.is(() -> platform.consul().registered("greeter"), 3);
    assertThat(platform.consul().registered("api-gateway")).isEqualTo(2);
    assertThat(platform.consul().registered("haproxy")).isEqualTo(1);
  }

  @Test
  void outsideNomadTheGreeterRegistersItselfOnceAndDeregistersOnSigterm() throws Exception {
    Process greeter =
        Jar.start("greeter", logs.resolve("greeter.log"), platform.consul().address(), Map.of());
    try {
      Eventually.is(() -> platform.consul().passing("greeter"), 4);
      assertThat(platform.consul().registered("greeter")).isEqualTo(4);
      Eventually.is(() -> platform.gateways().instancesOf("greeter").toString(), "[4, 4]");
      // A new instance gets few requests at first.
      Eventually.is(this::instancesThatAnswer, 4);

      greeter.destroy(); // SIGTERM
      assertThat(greeter.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(platform.consul().registered("greeter")).isEqualTo(3);
    } finally {
      greeter.destroyForcibly().waitFor();
    }
  }

  private int instancesThatAnswer() throws Exception {
    Load.Report report = Load.count(40, 4, platform.frontDoor().uri("/greeter/"));
    assertThat(report.failures()).isEmpty();
    return report.answersByInstance().size();
  }
}
