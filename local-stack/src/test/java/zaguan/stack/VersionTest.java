package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "'Nomad v1.11.3\nBuildDate 2026-01-01', 1, 11",
    "'Consul v1.22.5\nRevision 0.0', 1, 22",
    "'HAProxy version 2.6.12-1+deb12u4 2026/10/17', 2, 6",
    "'go 1.26.0', 1, 26",
    "'go1.26.8 linux/amd64', 1, 26",
  })
  void itIsTheFirstThatAToolPrints(String text, int major, int minor) {
    assertThat(Version.in(text)).isEqualTo(new Version(major, minor));
  }

  @Test
  void textWithoutOneHasNone() {
    assertThat(Version.in("command not found")).isNull();
  }

  @Test
  void elevenIsNewerThanNine() {
    assertThat(new Version(1, 11)).isGreaterThan(new Version(1, 9));
    assertThat(new Version(2, 0)).isGreaterThan(new Version(1, 19));
  }
}
