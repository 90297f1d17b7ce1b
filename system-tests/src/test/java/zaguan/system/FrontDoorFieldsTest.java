package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance gets of the fields that only a proxy may set, through HAProxy and a gateway. */
@Timeout(120)
class FrontDoorFieldsTest {

  private static final Pattern ID = Pattern.compile("(?i)\r\nx-request-id: ([^\r]*)(?=\r\n)");

  private static final Platform PLATFORM = Platform.shared();
  private static Recorder recorder;

  @BeforeAll
  static void start() throws Exception {
    PLATFORM.awaitRest();
    recorder = new Recorder(PLATFORM);
    Eventually.is(() -> PLATFORM.gateways().instancesOf("recorder"), List.of(1, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    recorder.stop();
  }

  @BeforeEach
  void forget() {
    recorder.forget();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Request-ID: mine",
        "X-Request-ID: mine\r\nx-request-id: also",
        "X_Request_ID: mine",
        "X-Request-ID: mine\r\nConnection: X-Request-ID",
        "Connection: x-other, x-request-id\r\nX-Request-ID: mine",
        "Accept: text/html",
      })
  void oneIdReachesTheInstanceTheClientAndTheLog(String fields) throws Exception {
    String path = "/recorder/id" + System.nanoTime();
    String answer = ask(path, fields);
    assertThat(answer).startsWith("HTTP/1.1 200 ");
    String id = onlyId(answer);
    assertThat(id).isNotEqualTo("mine");
    assertThat(onlyId(recorder.received().getFirst())).isEqualTo(id);
    assertThat(recorder.received().getFirst()).doesNotContain("mine").doesNotContain("also");
    Eventually.is(() -> idLogged(path), id);
  }

  @Test
  void answersOfTheFrontDoorItselfHaveAnIdToo() throws Exception {
    String path = "/-/" + System.nanoTime();
    String answer = ask(path, "X-Request-ID: mine");
    assertThat(answer).startsWith("HTTP/1.1 404 ");
    Eventually.is(() -> idLogged(path), onlyId(answer));
  }

  /** What CGI and WSGI read as X-Forwarded-For and so on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X_Forwarded_For",
        "X-Forwarded_For",
        "x.forwarded.proto",
        "X_FORWARDED_PREFIX",
        "X-Forwarded-Port",
        "X_Real_IP",
        "X-Real-IP",
        "X-Real_Ip",
        "X-Deadline-Ms",
        "X_Deadline_Ms",
        "Proxy",
        "Content_Length",
        "Transfer_Encoding",
      })
  void whatOnlyAProxyMaySayIsNotTakenFromAClient(String name) throws Exception {
    assertThat(ask("/recorder/", name + ": 6.6.6.6")).startsWith("HTTP/1.1 200 ");
    String head = recorder.received().getFirst().toLowerCase(Locale.ROOT);
    assertThat(head)
        .doesNotContain("6.6.6.6")
        .contains("\r\nx-forwarded-for: 127.0.0.1\r\n")
        .contains("\r\nx-forwarded-proto: http\r\n")
        .contains("\r\nx-forwarded-host: h\r\n");
  }

  @Test
  void aClientDoesNotSayHowLongItsResponseMayTake() throws Exception {
    assertThat(ask("/recorder/", "X-Deadline-Ms: 0")).startsWith("HTTP/1.1 200 ");
    assertThat(recorder.received().getFirst().toLowerCase(Locale.ROOT))
        .containsPattern("\\r\\nx-deadline-ms: 1[0-9]{4}\\r\\n");
  }

  @Test
  void aFieldWithAnUnderscoreThatMeansNothingToProxiesPasses() throws Exception {
    assertThat(ask("/recorder/", "device_id: 17\r\nX-Real-Name: Ada")).startsWith("HTTP/1.1 200 ");
    assertThat(recorder.received().getFirst().toLowerCase(Locale.ROOT))
        .contains("\r\ndevice_id: 17\r\n")
        .contains("\r\nx-real-name: ada\r\n");
  }

  private static String ask(String path, String fields) throws Exception {
    String close = fields.contains("Connection:") ? "" : "Connection: close\r\n";
    return RawRequest.answer(
        PLATFORM.frontDoor().address(),
        "GET " + path + " HTTP/1.0\r\nHost: h\r\n" + close + fields + "\r\n\r\n");
  }

  private static String onlyId(String message) {
    Matcher ids = ID.matcher(message);
    assertThat(ids.find()).as("an ID in %s", message).isTrue();
    String id = ids.group(1);
    assertThat(ids.find()).as("another ID in %s", message).isFalse();
    assertThat(id).isNotBlank();
    return id;
  }

  private static String idLogged(String path) throws Exception {
    String logged = "\"" + path.replace("/", "\\/") + "\"";
    for (String line : PLATFORM.nomad().run("alloc", "logs", "-job", "haproxy").lines().toList()) {
      if (line.contains(logged)) {
        JsonNode request = new ObjectMapper().readTree(line);
        return request.path("id").asText();
      }
    }
    return "no line yet";
  }
}
