package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which group a service says is its own. */
class JobGroupTest {

  @Test
  void aGroupWithoutANameOfItsOwnIsNamedAsItsJob() {
    assertThat(JobGroup.of(List.of(Map.of(), Map.of("nomad-job", "shop/periodic-1"))))
        .isEqualTo(new JobGroup("shop/periodic-1", "shop/periodic-1"));
    assertThat(JobGroup.of(List.of(Map.of("nomad-job", "shop", "nomad-group", "web"))))
        .isEqualTo(new JobGroup("shop", "web"));
    assertThat(JobGroup.of(List.of(Map.of("nomad-group", "web")))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nWARN forged", "a\u0000", "a\u0085"})
  void whatNomadTakesForNoNameIsNone(String name) {
    assertThat(JobGroup.of(List.of(Map.of("nomad-job", name)))).isNull();
    assertThat(JobGroup.of(List.of(Map.of("nomad-job", "shop", "nomad-group", name)))).isNull();
  }

  @Test
  void whatIsLongerThanConsulAllowsIsNone() {
    assertThat(JobGroup.of(List.of(Map.of("nomad-job", "j".repeat(512))))).isNotNull();
    assertThat(JobGroup.of(List.of(Map.of("nomad-job", "j".repeat(513))))).isNull();
  }
}
