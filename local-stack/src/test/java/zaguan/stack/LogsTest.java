package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest {

  private static final String OLD = "11111111-1111-1111-1111-111111111111";
  private static final String NEW = "22222222-2222-2222-2222-222222222222";

  private final FakeAgent nomad = new FakeAgent();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream noted = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    nomad.close();
  }

  @Test
  void eachLineHasItsInstanceAndItsStreamAndTheNewestInstanceIsLast() {
    allocations(allocation(NEW, 2, "running"), allocation(OLD, 1, "failed"));
    nomad.logs(OLD, "orders.stdout.0", "begun\n").logs(OLD, "orders.stderr.0", "no database\n");
    nomad.logs(NEW, "orders.stdout.0", "up\nhalf a li").logs(NEW, ".orders.stdout.fifo", "");
    logs(100).print();
    assertThat(printed())
        .isEqualTo(
            """
            orders-11111111 err  no database
            orders-11111111 out  begun
            orders-22222222 out  up
            orders-22222222 out  half a li
            """);
    assertThat(noted.toString(StandardCharsets.UTF_8))
        .contains("-- orders-11111111 failed (version 0)\n")
        .contains("-- orders-22222222 runs (version 0)\n");
  }

  @Test
  void onlyTheLastLinesArePrintedAndThatIsSaid() {
    allocations(allocation(NEW, 1, "running"));
    // Two files, since the first is full, and chunks that end within a line and a letter.
    nomad.logs(NEW, "orders.stdout.0", numbered(0, 9_000));
    nomad.logs(NEW, "orders.stdout.1", numbered(9_000, 20_000));
    logs(15_000).print();
    assertThat(printed().lines()).hasSize(15_000);
    assertThat(printed().lines().toList().getFirst()).isEqualTo("orders-22222222 out  é 5000");
    assertThat(printed().lines().toList().getLast()).isEqualTo("orders-22222222 out  é 19999");
    assertThat(noted.toString(StandardCharsets.UTF_8)).contains("--lines N");
  }

  @Test
  void noLineIsNoneAndMoreLinesThanThereAreAreAll() {
    allocations(allocation(NEW, 1, "running"));
    nomad.logs(NEW, "orders.stdout.0", "one\n\nthree\n");
    logs(0).print();
    assertThat(printed()).isEmpty();
    logs(3).print();
    assertThat(printed().lines()).hasSize(3);
    assertThat(noted.toString(StandardCharsets.UTF_8)).doesNotContain("--lines");
  }

  @Test
  void theTaskIsSaidWhereAnInstanceHasSeveral() {
    allocations(allocation(NEW, 1, "running"));
    nomad.logs(NEW, "web.stdout.0", "a\n").logs(NEW, "proxy.stdout.0", "b\n");
    logs(9).print();
    assertThat(printed())
        .contains("orders-22222222/web out  a\n", "orders-22222222/proxy out  b\n");
  }

  @Test
  void ofInstancesThatRunNoMoreTheNewestFiveArePrinted() {
    String[] all = new String[8];
    for (int i = 0; i < all.length; i++) {
      String id = String.valueOf(i).repeat(8) + "-0000-0000-0000-000000000000";
      all[i] = allocation(id, i, "failed");
      nomad.logs(id, "orders.stderr.0", "no database\n");
    }
    allocations(all);
    logs(9).print();
    assertThat(printed().lines()).hasSize(5).first().isEqualTo("orders-33333333 err  no database");
    assertThat(noted.toString(StandardCharsets.UTF_8)).contains("3 older instances are left out");
  }

  @Test
  void whatIsFollowedIsPrintedOnceAndALineOnlyWhenItIsWhole() throws Exception {
    allocations(allocation(OLD, 1, "running"));
    nomad.logs(OLD, "orders.stdout.0", "one\nhal");
    Thread follower =
        Thread.ofVirtual()
            .start(() -> assertThatThrownBy(() -> logs(100).follow()).hasMessage("interrupted"));
    await("one\n");
    nomad.logs(OLD, "orders.stdout.0", "one\nhalf\n");
    await("half\n");
    nomad.logs(NEW, "orders.stderr.0", "another\n");
    allocations(allocation(OLD, 1, "complete"), allocation(NEW, 2, "running"));
    await("another\n");
    follower.interrupt();
    follower.join();
    assertThat(printed())
        .isEqualTo(
            """
            orders-11111111 out  one
            orders-11111111 out  half
            orders-22222222 err  another
            """);
  }

  private void await(String end) {
    assertThat(Waiting.until(Duration.ofSeconds(20), () -> printed().endsWith(end)))
        .as("%s at the end of what is printed: %s", end, printed())
        .isTrue();
  }

  private Logs logs(int lines) {
    return new Logs(
        new Nomad(nomad.address()),
        "orders",
        lines,
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        new PrintStream(noted, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private void allocations(String... all) {
    nomad.says("/v1/job/orders/allocations", "[" + String.join(",", all) + "]");
  }

  private static String allocation(String id, int index, String status) {
    return """
    {"ID": "%s", "CreateIndex": %d, "JobVersion": 0, "ClientStatus": "%s", "DesiredStatus": "run"}
    """
        .formatted(id, index, status);
  }

  private static String numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "é " + i + "\n").collect(Collectors.joining());
  }
}
