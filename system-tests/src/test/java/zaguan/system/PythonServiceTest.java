package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class PythonServiceTest {

  private final Platform platform = Platform.shared();

  @Test
  void aServiceInAnotherLanguageAppearsAndDisappearsWithItsJob() throws Exception {
    assertThat(platform.frontDoor().get("/exam/").statusCode()).isEqualTo(404);
    try {
      platform.nomad().run("job", "run", "nomad/examples/exam.nomad.hcl");
      Eventually.is(() -> platform.gateways().instancesOf("exam"), List.of(1, 1));
      assertThat(platform.frontDoor().get("/exam/").body()).isEqualTo("Hello from Python\n");
      assertThat(platform.frontDoor().get("/exam/health").body()).isEqualTo("OK\n");
      assertThat(platform.frontDoor().get("/exam/nowhere").statusCode()).isEqualTo(404);
    } finally {
      platform.nomad().run("job", "stop", "-purge", "exam");
    }
    Eventually.is(() -> platform.gateways().instancesOf("exam"), List.of(0, 0));
    // Its instances may come back: for an hour, callers are told to wait.
    HttpResponse<String> answer = platform.frontDoor().get("/exam/");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }
}
