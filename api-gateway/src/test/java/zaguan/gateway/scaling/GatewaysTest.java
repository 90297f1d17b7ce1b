package zaguan.gateway.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which of the gateways acts for all, and when. */
class GatewaysTest {

  private static final String THIS = "10.0.0.2:8081";

  private final List<String> listed = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private long now;

  private final Gateways gateways =
      new Gateways(
          () -> List.copyOf(listed), () -> THIS, this::ask, Duration.ofSeconds(27), () -> now);

  @Test
  void theOneOfTheFirstAddressActs() {
    look(THIS, "10.0.0.3:8081");
    assertThat(gateways.isThisFirst()).isTrue();
    look(THIS, "10.0.0.1:8081");
    assertThat(gateways.isThisFirst()).isFalse();
    look();
    assertThat(gateways.isThisFirst()).isFalse();
  }

  @Test
  void itAsksEachOther() throws Exception {
    look("10.0.0.4:8081", THIS, "10.0.0.3:8081");
    assertThat(gateways.idleMillisOfOthers()).hasSize(2);
    assertThat(asked).containsExactly("10.0.0.3:8081", "10.0.0.4:8081");
  }

  @Test
  void oneThatDoesNotAnswerIsAFailure() {
    look(THIS, "10.0.0.9:8081");
    assertThatThrownBy(gateways::idleMillisOfOthers).isInstanceOf(IOException.class);
  }

  @Test
  void oneThatLeavesIsGivenItsShutdownDelayAndTheTimeToFinish() {
    look(THIS, "10.0.0.3:8081");
    now += Duration.ofHours(1).toNanos();
    look(THIS);
    assertThat(gateways.haveEndedThatLeft()).isFalse();
    now += Duration.ofSeconds(32).toNanos() - 1;
    look(THIS);
    assertThat(gateways.haveEndedThatLeft()).isFalse();
    now++;
    assertThat(gateways.haveEndedThatLeft()).isTrue();
    assertThat(gateways.areTheSameFor(Duration.ofSeconds(32))).isTrue();
    assertThat(gateways.areTheSameFor(Duration.ofSeconds(33))).isFalse();
  }

  @Test
  void theShutdownDelayIsThatOfTheJobFile() throws Exception {
    String job = Files.readString(Path.of("..", "nomad", "api-gateway.nomad.hcl"));
    assertThat(Pattern.compile("shutdown_delay\\s*=\\s*\"(.+)\"").matcher(job).results())
        .extracting((MatchResult found) -> found.group(1))
        .containsExactly(Gateways.SHUTDOWN_DELAY.toSeconds() + "s");
  }

  private void look(String... addresses) {
    listed.clear();
    listed.addAll(List.of(addresses));
    gateways.look();
  }

  private Map<String, Long> ask(String address) throws IOException {
    if (address.startsWith("10.0.0.9")) {
      throw new IOException("no answer");
    }
    asked.add(address);
    return Map.of();
  }
}
