package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildTest {

  @Test
  void theModuleThatMavenIsAtIsSaid() {
    assertThat(Build.said("[INFO] Building discovery 0.1.0-SNAPSHOT            [3/5]"))
        .contains("[3/5] discovery 0.1.0-SNAPSHOT");
  }

  @Test
  void aFileWhoseFormatDiffersIsSaidWithTheCommandThatMendsIt() {
    assertThat(Build.said("/home/ada/zaguan/orders/src/main/java/Orders.java"))
        .contains(
            "the format differs: /home/ada/zaguan/orders/src/main/java/Orders.java; to mend it:"
                + " ./mvnw -N verify -Dformat=replace");
  }

  @Test
  void otherLinesAreNot() {
    assertThat(Build.said("[INFO] BUILD SUCCESS")).isEmpty();
    assertThat(Build.said("[INFO] Building jar: /home/ada/orders.jar")).isEmpty();
  }

  @Test
  void ofAFailedBuildTheErrorsAreShown() {
    assertThat(Build.errors("[INFO] a\n[ERROR] no\n[ERROR]\n[INFO] b")).isEqualTo("[ERROR] no");
  }
}
