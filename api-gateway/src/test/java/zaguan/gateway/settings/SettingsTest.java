package zaguan.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zaguan.discovery.consul.ConsulSettings;
import zaguan.gateway.routing.ServiceSettings;

class SettingsTest {

  @ParameterizedTest
  @CsvSource({
    "gateway.response-timeout, 1ms, gateway.response-timeout is PT0.001S, but must be from PT0.1S",
    "gateway.max-head, 1, gateway.max-head is 1, but must be from 1KB to 1MB",
    "gateway.leave, 2m, gateway.leave is PT2M, but must be from PT0S",
    "discovery.consul.longest-wait, 11m, discovery.consul.longest-wait is PT11M, but must be from"
        + " PT1S",
    "discovery.consul.settle, 6m, discovery.consul.settle is PT6M, but must be from PT0S",
    "discovery.consul.address, consul, must be host:port of a Consul agent",
    "gateway.nomad.address, nomad, must be host:port of a Nomad agent",
    "gateway.least-body-rate, 2MB, gateway.least-body-rate is 2097152, but must be from 0 to 1MB",
    "gateway.least-body-rate, -1, gateway.least-body-rate is -1, but must be from 0 to 1MB",
    "gateway.wake-queue, 0, gateway.wake-queue is 0, but must be from 1 to 100000",
    "gateway.sleep-after, 10ms, gateway.sleep-after is PT0.01S, but must be from PT1S",
  })
  void aValueOutOfItsBoundsIsRefusedByName(String property, String value, String message) {
    assertThatThrownBy(
            () -> ApplicationContext.run(Map.of(property, value), "test").getBean(Both.class))
        .hasStackTraceContaining(message);
  }

  @Test
  void anAddressMayBeAUri() {
    try (ApplicationContext context =
        ApplicationContext.run(
            Map.of("discovery.consul.address", "https://consul.example:8501"), "test")) {
      assertThat(context.getBean(ConsulSettings.class).address())
          .isEqualTo("https://consul.example:8501");
    }
  }

  @Test
  void aTokenMayEndWithALineAndIsNeverShown() {
    assertThat(withToken("secret\n").token()).isEqualTo("secret");
    assertThat(withToken("").token()).isNull();
    assertThatThrownBy(() -> withToken("sec\nret"))
        .hasMessage("discovery.consul.token has characters that no token of Consul has");
  }

  private static ConsulSettings withToken(String token) {
    return new ConsulSettings("127.0.0.1:8500", token, Duration.ofSeconds(1), Duration.ZERO);
  }

  @Singleton
  record Both(GatewaySettings gateway, ServiceSettings services, ConsulSettings consul) {}
}
