package zaguan.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Attempt.Result.ANSWERED;
import static zaguan.discovery.balancing.Attempt.Result.BROKEN;
import static zaguan.discovery.balancing.Attempt.Result.LEFT;
import static zaguan.discovery.balancing.Attempt.Result.REFUSED;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import zaguan.discovery.balancing.Attempt;
import zaguan.gateway.routing.RouteTable;

/** The way of a call, and what it leaves, without a socket. */
class CallTest {

  private final FakeClient client = new FakeClient();
  private final Service service = new Service(client.clock);
  private final List<CallRecord> records = new ArrayList<>();

  @Test
  void stepsAreTakenInTheirOrderAndThoseBehindTheReadingWhenItIsOver() {
    List<String> taken = new ArrayList<>();
    Call call =
        call(
            HttpMethod.GET,
            each -> on(taken, "first"),
            new AwaitRead(),
            each -> on(taken, "second"));
    call.begin();
    assertThat(taken).containsExactly("first");
    call.requestRead();
    assertThat(taken).containsExactly("first", "second");
    call.requestRead();
    assertThat(taken).hasSize(2);
  }

  @Test
  void aWholeRequestIsNotWaitedForAnyLonger() {
    List<String> taken = new ArrayList<>();
    Call call = call(HttpMethod.GET, new AwaitRead(), each -> on(taken, "second"));
    call.begin();
    call.body(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(taken).containsExactly("second");
  }

  @Test
  void noStepIsTakenAfterOneThatEndsTheCall() {
    List<String> taken = new ArrayList<>();
    Call call =
        call(HttpMethod.GET, each -> Next.end(new Outcome.BadPath()), each -> on(taken, "second"));
    call.begin();
    assertThat(taken).isEmpty();
    assertThat(client.answers).containsExactly(new Outcome.BadPath());
    CallRecord record = record();
    assertThat(record.ending()).isEqualTo(CallRecord.Ending.OUTCOME);
    assertThat(record.status()).isEqualTo(400);
    assertThat(record.fault()).isEqualTo(Fault.CLIENT);
  }

  @Test
  void aClientThatLeavesBeforeItsRequestHasComeLeavesARecord() {
    Call call = call(HttpMethod.GET, new AwaitRead());
    call.begin();
    call.body(new DefaultHttpContent(Unpooled.copiedBuffer(new byte[3])));
    call.gone();
    assertThat(record().ending()).isEqualTo(CallRecord.Ending.LEFT);
    assertThat(record().received()).isEqualTo(3);
    assertThat(client.answers).isEmpty();
  }

  @Test
  void aBodyThatIsTooLongIsRefusedAsItComes() {
    Call call = call(HttpMethod.PUT, new AwaitRead());
    call.begin();
    call.body(new DefaultHttpContent(Unpooled.copiedBuffer(new byte[(int) Service.MAX_BODY + 1])));
    assertThat(record().outcome()).isEqualTo(new Outcome.BodyTooLarge("up", Service.MAX_BODY));
  }

  @Test
  void anAnswerIsOneAttemptAndItsBytes() {
    asked(HttpMethod.PUT, "12345");
    FakeInstances.Asked instance = client.instances.next();
    instance.accept();
    client.clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(7));
    instance.answer(201, "created");
    assertThat(client.heads)
        .singleElement()
        .satisfies(head -> assertThat(head.status().code()).isEqualTo(201));
    assertThat(client.ended).isTrue();
    CallRecord record = record();
    assertThat(record.ending()).isEqualTo(CallRecord.Ending.ANSWERED);
    assertThat(record.status()).isEqualTo(201);
    assertThat(record.fault()).isEqualTo(Fault.NOBODY);
    assertThat(record.route()).isEqualTo(service.route);
    assertThat(record.received()).isEqualTo(5);
    assertThat(record.sent()).isEqualTo(7);
    assertThat(record.paidRetries()).isZero();
    assertThat(results(record)).containsExactly(ANSWERED);
    Attempt answer = record.attempts().getFirst();
    assertThat(record.answer()).isSameAs(answer);
    assertThat(TimeUnit.NANOSECONDS.toMillis(answer.settled() - answer.chosen())).isEqualTo(7);
  }

  @Test
  void anInstanceThatBreaksOffIsFollowedByAnotherAtTheCostOfTheBudget() {
    asked(HttpMethod.GET, "");
    FakeInstances.Asked first = client.instances.next();
    first.accept();
    first.breakOff();
    FakeInstances.Asked second = client.instances.next();
    assertThat(second.endpoint).isNotSameAs(first.endpoint);
    second.accept();
    second.answer(200, "");
    CallRecord record = record();
    assertThat(results(record)).containsExactly(BROKEN, ANSWERED);
    assertThat(record.paidRetries()).isEqualTo(1);
  }

  @Test
  void aPostThatMayHaveBeenSeenIsNotSentTwice() {
    asked(HttpMethod.POST, "");
    FakeInstances.Asked first = client.instances.next();
    first.accept();
    first.breakOff();
    CallRecord record = record();
    assertThat(results(record)).containsExactly(BROKEN);
    assertThat(record.outcome()).isInstanceOf(Outcome.BrokenOff.class);
    assertThat(record.fault()).isEqualTo(Fault.INSTANCE);
    assertThat(client.answers).containsExactly(record.outcome());
  }

  @Test
  void anInstanceThatRefusesIsFollowedByAnotherForNothing() {
    asked(HttpMethod.POST, "");
    client.instances.next().refuse();
    FakeInstances.Asked second = client.instances.next();
    second.accept();
    second.answer(200, "");
    assertThat(results(record())).containsExactly(REFUSED, ANSWERED);
    assertThat(record().paidRetries()).isZero();
  }

  @Test
  void aResponseThatBreaksOffIsTheInstancesFault() {
    asked(HttpMethod.GET, "");
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    only.answerHead(200);
    only.breakOff();
    assertThat(client.aborted).isTrue();
    assertThat(record().ending()).isEqualTo(CallRecord.Ending.BROKEN);
    assertThat(record().fault()).isEqualTo(Fault.INSTANCE);
    assertThat(record().status()).isEqualTo(200);
  }

  @Test
  void aClientThatLeavesIsSeenByTheInstance() {
    Call call = asked(HttpMethod.GET, "");
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    call.gone();
    assertThat(only.closed).isTrue();
    assertThat(record().ending()).isEqualTo(CallRecord.Ending.LEFT);
    assertThat(results(record())).containsExactly(LEFT);
  }

  @Test
  void eachInstanceThatIsAskedIsToldHowLongItHas() {
    asked(HttpMethod.GET, "");
    FakeInstances.Asked first = client.instances.next();
    first.accept();
    assertThat(deadline(first)).isEqualTo("15000");
    pass(4000);
    first.breakOff();
    FakeInstances.Asked second = client.instances.next();
    pass(500);
    second.accept();
    assertThat(deadline(second)).isEqualTo("10500");
  }

  @Test
  void anInstanceHasNoLongerThanTheCallerWaits() {
    client.trusted = true;
    Call call = asked(HttpMethod.GET, "", "250");
    pass(50);
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    assertThat(deadline(only)).isEqualTo("200");
    pass(199);
    call.tick(client.clock.get());
    assertThat(client.answers).isEmpty();
    pass(1);
    call.tick(client.clock.get());
    assertThat(client.answers).containsExactly(new Outcome.CallerGone("up"));
    assertThat(only.closed).isTrue();
    assertThat(record().status()).isEqualTo(504);
    assertThat(record().fault()).isEqualTo(Fault.CLIENT);
    assertThat(results(record())).containsExactly(LEFT); // Another caller may have more patience.
  }

  @Test
  void aCallerThatWaitsForLongGetsNoMoreThanTheServiceMayTake() {
    client.trusted = true;
    Call call = asked(HttpMethod.GET, "", "60000");
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    assertThat(deadline(only)).isEqualTo("15000");
    pass(15_001);
    call.tick(client.clock.get());
    assertThat(record().outcome()).isInstanceOf(Outcome.TooLate.class);
  }

  @Test
  void aResponseThatHasBegunMayTakeLongerThanTheCallerWaitsForIt() {
    client.trusted = true;
    Call call = asked(HttpMethod.GET, "", "250");
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    only.answerHead(200);
    pass(1000);
    call.tick(client.clock.get());
    assertThat(client.aborted).isFalse();
    assertThat(records).isEmpty();
  }

  @Test
  void whileTheBodyComesNobodyCanSayHowLongTheResponseHas() {
    Call call = call(HttpMethod.POST, new Admit(), new AskInstances(service.wakers()));
    call.begin();
    FakeInstances.Asked only = client.instances.next();
    only.accept();
    assertThat(deadline(only)).isNull();
  }

  private void pass(long millis) {
    client.clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static @Nullable String deadline(FakeInstances.Asked instance) {
    return Objects.requireNonNull(instance.request).headers().get("X-Deadline-Ms");
  }

  private static Next on(List<String> taken, String name) {
    taken.add(name);
    return Next.ON;
  }

  private static List<Attempt.Result> results(CallRecord record) {
    return record.attempts().stream().map(Attempt::result).toList();
  }

  private CallRecord record() {
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  /** Matched, complete and let in; an instance is asked. */
  private Call asked(HttpMethod method, String body) {
    return asked(method, body, null);
  }

  /** By a client that says how long it waits, in milliseconds. */
  private Call asked(HttpMethod method, String body, @Nullable String deadline) {
    Call call =
        call(
            method,
            new HearDeadline(),
            new AwaitRead(),
            new Admit(),
            new AskInstances(service.wakers()));
    if (deadline != null) {
      call.request().headers().set("X-Deadline-Ms", deadline);
    }
    call.begin();
    call.body(new DefaultLastHttpContent(Unpooled.copiedBuffer(body, US_ASCII)));
    return call;
  }

  private Call call(HttpMethod method, Call.Step... steps) {
    HttpRequest request = StepsTest.request(method, "/up/");
    CallRecord record =
        new CallRecord(
            "id", "192.0.2.1", method.name(), request.uri(), client.clock::get, records::add);
    Call call = new Call(client, request, List.of(steps), record);
    call.matched(new RouteTable.Match(service.route, "/"));
    return call;
  }
}
