package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class PythonServiceTest {

  private final Platform platform = Platform.shared();

  @Test
  void aServiceInAnotherLanguageAppearsAndDisappearsWithItsJob() throws Exception {
    assertThat(platform.get("/exam/").statusCode()).isEqualTo(404);
    try {
      platform.nomad("job", "run", "nomad/examples/exam.nomad.hcl");
      Eventually.is(() -> platform.get("/exam/").body(), "Hello from Python\n");
      assertThat(platform.get("/exam/health").body()).isEqualTo("OK\n");
      assertThat(platform.get("/exam/nowhere").statusCode()).isEqualTo(404);
    } finally {
      platform.nomad("job", "stop", "-purge", "exam");
    }
    // Its instances may come back: callers are told to wait, for an hour.
    Eventually.is(() -> platform.get("/exam/").statusCode(), 503);
    assertThat(platform.get("/exam/").headers().firstValue("content-type"))
        .contains("application/problem+json");
    assertThat(platform.get("/exam/").headers().firstValue("retry-after")).isPresent();
  }
}
