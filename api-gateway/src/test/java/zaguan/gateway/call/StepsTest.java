package zaguan.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import zaguan.gateway.pages.OwnPage;
import zaguan.gateway.pages.Page;
import zaguan.gateway.pages.Pages;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.Tables;

/** Each step by itself: what it makes of a call, without a socket. */
class StepsTest {

  private final FakeClient client = new FakeClient();
  private final Service service = new Service(client.clock);

  @Test
  void whatCanBeReadInTwoWaysEndsTheConnection() {
    HttpRequest request = request(HttpMethod.GET, "/up/");
    request.headers().add("Host", "another");
    assertThat(outcome(new RefuseAmbiguous(), request)).isInstanceOf(Outcome.Malformed.class);
    assertThat(client.endsAfterThis).isTrue();
  }

  @Test
  void whatCanBeReadInOneWayGoesOn() {
    assertThat(new RefuseAmbiguous().take(call(request(HttpMethod.GET, "/up/"))))
        .isEqualTo(Next.ON);
    assertThat(client.endsAfterThis).isFalse();
  }

  @Test
  void aTargetThatIsAWholeUriBecomesItsPathAndItsHost() {
    HttpRequest request = request(HttpMethod.GET, "http://shop.example:80/up/a?b");
    assertThat(new AnswerForGateway().take(call(request))).isEqualTo(Next.ON);
    assertThat(request.uri()).isEqualTo("/up/a?b");
    assertThat(request.headers().get("Host")).isEqualTo("shop.example:80");
  }

  @Test
  void optionsOfAllAndTraceAreForTheGatewayItself() {
    assertThat(outcome(new AnswerForGateway(), request(HttpMethod.OPTIONS, "*")))
        .isEqualTo(new Outcome.Options());
    assertThat(outcome(new AnswerForGateway(), request(HttpMethod.TRACE, "/up/")))
        .isEqualTo(new Outcome.NotAllowed("TRACE"));
  }

  @Test
  void maxForwardsCountsDownToTheGateway() {
    HttpRequest request = request(HttpMethod.OPTIONS, "/up/");
    request.headers().set("Max-Forwards", "1");
    assertThat(new AnswerForGateway().take(call(request))).isEqualTo(Next.ON);
    assertThat(request.headers().get("Max-Forwards")).isEqualTo("0");
    assertThat(outcome(new AnswerForGateway(), request)).isEqualTo(new Outcome.Options());
  }

  @Test
  void aPathOfAServiceIsNoPage() {
    assertThat(pages(() -> CompletableFuture.completedStage(PAGE)).take(get("/up/")))
        .isEqualTo(Next.ON);
  }

  @Test
  void aPageAnswersWhenItIsThere() {
    CompletableFuture<Page> page = new CompletableFuture<>();
    Call call = get("/-/page");
    assertThat(pages(() -> page).take(call)).isEqualTo(Next.NONE);
    page.complete(PAGE);
    assertThat(client.answer()).isNull(); // Not by the thread of the page.
    client.run();
    assertThat(client.answer()).isEqualTo(PAGE);
  }

  @Test
  void aPageThatFailsOrThrowsIsTheGatewaysFault() {
    IllegalStateException why = new IllegalStateException("no");
    assertThat(pages(() -> CompletableFuture.failedStage(why)).take(get("/-/page")))
        .isEqualTo(Next.NONE);
    client.run();
    assertThat(client.answer()).isInstanceOf(Outcome.PageFailed.class);
    assertThat(
            pages(
                    () -> {
                      throw why;
                    })
                .take(get("/-/page")))
        .isEqualTo(Next.NONE);
    client.run();
    assertThat(client.answers).hasSize(2).allMatch(Outcome.PageFailed.class::isInstance);
  }

  @Test
  void aPageThatComesAfterTheClientHasLeftIsForNobody() {
    CompletableFuture<Page> page = new CompletableFuture<>();
    Call call = get("/-/page");
    assertThat(pages(() -> page).take(call)).isEqualTo(Next.NONE);
    call.gone();
    page.complete(PAGE);
    client.run();
    assertThat(client.answers).isEmpty();
  }

  @Test
  void pagesAreReadAndNothingElseAndOnlyThoseThatThereAre() {
    AnswerOwnPages pages = pages(() -> CompletableFuture.completedStage(PAGE));
    assertThat(outcome(pages, request(HttpMethod.POST, "/-/page")))
        .isEqualTo(new Outcome.NotForPage("/-/page", "POST", "GET, HEAD"));
    assertThat(outcome(pages, request(HttpMethod.GET, "/-/other")))
        .isEqualTo(new Outcome.NoPage("/-/other"));
  }

  @Test
  void theInstanceGetsThePathWithoutThePrefix() {
    Call call = get("/up/a/b?c=/up/");
    assertThat(match(service::table).take(call)).isEqualTo(Next.ON);
    assertThat(call.route()).isEqualTo(service.route);
    assertThat(call.request().uri()).isEqualTo("/a/b?c=/up/");
  }

  @Test
  void aPathThatNobodyServesSaysWhetherConsulWasHeard() {
    assertThat(outcome(match(service::table), request(HttpMethod.GET, "/down/?q")))
        .isEqualTo(new Outcome.NoRoute("/down/"));
    assertThat(outcome(match(Tables::notLoaded), request(HttpMethod.GET, "/up/")))
        .isEqualTo(new Outcome.NotLoaded());
    assertThat(outcome(match(service::table), request(HttpMethod.GET, "/up/%2e./x")))
        .isEqualTo(new Outcome.BadPath());
  }

  @Test
  void aServiceThatIsCalledByItsNameGetsThePathBehindIt() {
    client.trusted = true;
    assertThat(byName("/-/services/secret/a/b?c=/x").request().uri()).isEqualTo("/a/b?c=/x");
    assertThat(byName("/-/services/secret?c").request().uri()).isEqualTo("/?c");
    Call call = byName("/-/services/secret/");
    assertThat(call.request().uri()).isEqualTo("/");
    assertThat(call.route().service()).isEqualTo("secret");
    call.request().headers().set("X-Forwarded-Prefix", "/callers");
    assertThat(new SetForwardedFields().take(call)).isEqualTo(Next.ON);
    assertThat(call.request().headers().contains("X-Forwarded-Prefix")).isFalse();
  }

  /** A caller would take 404 for the service's answer. */
  @Test
  void aNameThatNoServiceHasIsUnavailable() {
    client.trusted = true;
    for (String name : List.of("nobody", "%73ecret", "Secret")) {
      Outcome why =
          outcome(match(service::table), request(HttpMethod.GET, "/-/services/" + name + "/x"));
      assertThat(why).isEqualTo(new Outcome.NoService(name));
      assertThat(Problems.of(why).status()).isEqualTo(503);
    }
    assertThat(outcome(match(Tables::notLoaded), request(HttpMethod.GET, "/-/services/nobody/")))
        .isEqualTo(new Outcome.NotLoaded());
    assertThat(
            outcome(
                match(service::table), request(HttpMethod.GET, "/-/services/secret/%2e%2e/up/")))
        .isEqualTo(new Outcome.BadPath());
  }

  @Test
  void servicesAreCalledByNameFromTrustedNetworksOnly() {
    assertThat(outcome(match(service::table), request(HttpMethod.GET, "/-/services/secret/")))
        .isEqualTo(new Outcome.NotTrusted("/-/services/secret/"));
  }

  @Test
  void aPathWithoutANameIsNoPage() {
    client.trusted = true;
    AnswerOwnPages pages = pages(() -> CompletableFuture.completedStage(PAGE));
    for (String path : List.of("/-/services", "/-/services/", "/-/services//secret")) {
      assertThat(outcome(pages, request(HttpMethod.GET, path))).isEqualTo(new Outcome.NoPage(path));
    }
  }

  private Call byName(String uri) {
    Call call = get(uri);
    assertThat(pages(() -> CompletableFuture.completedStage(PAGE)).take(call)).isEqualTo(Next.ON);
    assertThat(match(service::table).take(call)).isEqualTo(Next.ON);
    return call;
  }

  @Test
  void aTrustedClientSaysHowLongItWaits() {
    client.trusted = true;
    Call call = matched(request(HttpMethod.GET, "/up/"));
    call.request().headers().set("X-Deadline-Ms", "250");
    client.clock.addAndGet(1_000_000); // The head came before.
    assertThat(new HearDeadline().take(call)).isEqualTo(Next.ON);
    assertThat(call.waitsUntil()).isEqualTo(1_250_000_000);
    assertThat(call.request().headers().contains("X-Deadline-Ms")).isFalse();
  }

  @Test
  void forAClientThatWaitsNoMoreNothingIsDone() {
    client.trusted = true;
    Call call = matched(request(HttpMethod.GET, "/up/"));
    call.request().headers().set("X-Deadline-Ms", "0");
    assertThat(new HearDeadline().take(call)).isEqualTo(Next.end(new Outcome.CallerGone("up")));
  }

  @Test
  void anotherClientsWordAndWhatIsNoDeadlineSayNothingAndGoNoFurther() {
    Call another = matched(request(HttpMethod.GET, "/up/"));
    another.request().headers().set("X-Deadline-Ms", "0");
    assertSaysNoDeadline(another);
    client.trusted = true;
    Call unreadable = matched(request(HttpMethod.GET, "/up/"));
    unreadable.request().headers().set("X-Deadline-Ms", "soon");
    assertSaysNoDeadline(unreadable);
    Call twice = matched(request(HttpMethod.GET, "/up/"));
    twice.request().headers().add("X-Deadline-Ms", "1").add("X-Deadline-Ms", "2");
    assertSaysNoDeadline(twice);
  }

  private static void assertSaysNoDeadline(Call call) {
    assertThat(new HearDeadline().take(call)).isEqualTo(Next.ON);
    assertThat(call.waitsUntil()).isNull();
    assertThat(call.request().headers().contains("X-Deadline-Ms")).isFalse();
  }

  @Test
  void aBodyThatIsTooLongByItsOwnWordIsNotAwaited() {
    Call call = matched(request(HttpMethod.PUT, "/up/"));
    call.request().headers().set("Content-Length", Service.MAX_BODY + 1);
    assertThat(new BoundBody().take(call))
        .isEqualTo(Next.end(new Outcome.BodyTooLarge("up", Service.MAX_BODY)));
    call.request().headers().set("Content-Length", Service.MAX_BODY);
    assertThat(new BoundBody().take(call)).isEqualTo(Next.ON);
  }

  @Test
  void noMoreAreLetInThanTheServiceBears() {
    for (int i = 0; i < Service.MAX_CONCURRENCY; i++) {
      Call call = complete(request(HttpMethod.GET, "/up/"));
      assertThat(new Admit().take(call)).isEqualTo(Next.ON);
    }
    assertThat(new Admit().take(complete(request(HttpMethod.GET, "/up/"))))
        .isEqualTo(Next.end(new Outcome.Overloaded("up")));
  }

  @Test
  void aClientThatLeavesGivesItsPlaceBack() {
    for (int i = 0; i < 3 * Service.MAX_CONCURRENCY; i++) {
      Call call = complete(request(HttpMethod.GET, "/up/"));
      assertThat(new Admit().take(call)).isEqualTo(Next.ON);
      call.gone();
    }
  }

  @Test
  void theInstanceIsToldWhereTheRequestCameFrom() {
    Call call = matched(request(HttpMethod.GET, "/up/"));
    call.request().headers().set("X-Forwarded-For", "198.51.100.1").set("Connection", "X-Own");
    call.request().headers().set("X-Own", "1");
    assertThat(new SetForwardedFields().take(call)).isEqualTo(Next.ON);
    assertThat(call.request().headers().get("X-Forwarded-For")).isEqualTo("192.0.2.1");
    assertThat(call.request().headers().get("X-Forwarded-Prefix")).isEqualTo("/up");
    assertThat(call.request().headers().get("X-Request-ID")).isEqualTo("id");
    assertThat(call.request().headers().contains("X-Own")).isFalse();
    assertThat(call.upgrade()).isNull();
  }

  @Test
  void aProtocolThatTheClientWantsIsAskedForOnceMore() {
    Call call = matched(request(HttpMethod.GET, "/up/"));
    call.request().headers().set("Connection", "Upgrade").set("Upgrade", "websocket");
    assertThat(new SetForwardedFields().take(call)).isEqualTo(Next.ON);
    assertThat(call.upgrade()).isEqualTo("websocket");
    assertThat(call.request().headers().get("Upgrade")).isEqualTo("websocket");
    assertThat(call.request().headers().get("Connection")).isEqualToIgnoringCase("upgrade");
  }

  @Test
  void aClientThatWaitsToContinueIsLetThoughItsConnectionFieldNamesThat() {
    HttpRequest request = request(HttpMethod.PUT, "/up/");
    request.headers().set("Expect", "100-continue").set("Connection", "expect");
    Call call = matched(request);
    assertThat(new SetForwardedFields().take(call)).isEqualTo(Next.ON);
    assertThat(request.headers().contains("Expect")).isFalse();
    assertThat(call.expectsContinue()).isTrue();
  }

  private static final Page PAGE = new Page(200, "text/plain", "hello".getBytes(US_ASCII));

  private interface Source {
    CompletionStage<Page> get();
  }

  private static AnswerOwnPages pages(Source source) {
    OwnPage page =
        new OwnPage() {
          @Override
          public String path() {
            return "/-/page";
          }

          @Override
          public CompletionStage<Page> get(Asked asked) {
            return source.get();
          }
        };
    return new AnswerOwnPages(new Pages(List.of(page)));
  }

  /** Of services by name there is one, which is not public. */
  private MatchRoute match(Supplier<RouteTable> table) {
    Route secret =
        new Route(
            "",
            "secret",
            service.route.instances(),
            service.route.settings(),
            false,
            service.route.upstream(),
            null);
    return new MatchRoute(table, name -> name.equals("secret") ? secret : null);
  }

  private Outcome outcome(Call.Step step, HttpRequest request) {
    Next next = step.take(call(request));
    assertThat(next).isInstanceOf(Next.End.class);
    return ((Next.End) next).why();
  }

  private Call get(String uri) {
    return call(request(HttpMethod.GET, uri));
  }

  private Call call(HttpRequest request, Call.Step... steps) {
    CallRecord record =
        new CallRecord("id", "192.0.2.1", "GET", request.uri(), client.clock::get, ended -> {});
    return new Call(client, request, List.of(steps), record);
  }

  private Call matched(HttpRequest request, Call.Step... steps) {
    Call call = call(request, steps);
    call.matched(new RouteTable.Match(service.route, "/"));
    return call;
  }

  /** All of it has come. */
  private Call complete(HttpRequest request) {
    Call call = matched(request, new AwaitRead());
    call.begin();
    call.body(LastHttpContent.EMPTY_LAST_CONTENT);
    return call;
  }

  static HttpRequest request(HttpMethod method, String uri) {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
    request.headers().set("Host", "shop.example");
    return request;
  }
}
