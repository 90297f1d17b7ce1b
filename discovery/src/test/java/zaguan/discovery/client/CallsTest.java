package zaguan.discovery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.core.async.annotation.SingleResult;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.client.BlockingHttpClient;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.StreamingHttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import zaguan.discovery.FakeConsul;
import zaguan.discovery.Registration;
import zaguan.discovery.client.FakeInstance.Manner;

/** A service that calls another one, by Micronaut's clients. */
class CallsTest {

  @Client("greeter")
  @Consumes(MediaType.TEXT_PLAIN)
  interface Greeter {
    @Get("/hello/{name}")
    String hello(String name);

    @Get("/hello/{name}")
    @SingleResult
    Publisher<String> later(String name);

    @Post("/orders")
    String order(@Body String what);

    @Put("/orders")
    String replace(@Body String what);
  }

  @Client(id = "greeter", path = "/v1")
  @Consumes(MediaType.TEXT_PLAIN)
  interface Versioned {
    @Get("/hello{?name}")
    String hello(String name);
  }

  @Singleton
  record Injected(
      @Client("greeter") HttpClient client, @Client("greeter") StreamingHttpClient streams) {}

  @Controller("/caller")
  static final class Caller {

    private final Greeter greeter;

    Caller(Greeter greeter) {
      this.greeter = greeter;
    }

    @Get(produces = MediaType.TEXT_PLAIN)
    @ExecuteOn(TaskExecutors.BLOCKING)
    String call() {
      return greeter.hello("Ada");
    }

    @Get(uri = "/stream", produces = MediaType.TEXT_EVENT_STREAM)
    Publisher<String> callFromAStream() {
      return Mono.delay(Duration.ofSeconds(1)).flatMapMany(passed -> greeter.later("Ada"));
    }

    @Get(uri = "/event-loop", produces = MediaType.TEXT_PLAIN)
    String callWhereItMustNot() {
      return greeter.hello("Ada");
    }
  }

  private final List<FakeInstance> instances = new ArrayList<>();
  private FakeConsul consul = open();
  private final Map<String, Object> settings = new HashMap<>();
  private ApplicationContext service = ApplicationContext.builder().build();

  private static FakeConsul open() {
    try {
      return new FakeConsul();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void settings() {
    settings.put("discovery.consul.address", consul.address());
    settings.put("consul.client.registration.enabled", "false");
    settings.put("micronaut.server.port", "-1");
    settings.put("discovery.warm-up", "0s");
  }

  @AfterEach
  void close() {
    service.close();
    instances.forEach(FakeInstance::close);
    consul.close();
  }

  private FakeInstance instance(String service) {
    return instance(service, Map.of());
  }

  private FakeInstance instance(String service, Map<String, String> meta) {
    FakeInstance instance = new FakeInstance(service + instances.size());
    instances.add(instance);
    consul.register(
        Registration.of(service + instances.size(), service, instance.port()).says(meta));
    return instance;
  }

  private <T> T started(Class<T> bean) {
    service = ApplicationContext.run(settings, "test");
    return service.getBean(bean);
  }

  private Set<String> answers(Greeter greeter, int calls) {
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < calls; i++) {
      answers.add(greeter.hello("Ada"));
    }
    return answers;
  }

  @Test
  void aDeclarativeClientReachesAllInstances() {
    instance("greeter");
    instance("greeter");
    assertThat(answers(started(Greeter.class), 40))
        .containsExactlyInAnyOrder("greeter0", "greeter1");
    assertThat(instances.getFirst().got())
        .allSatisfy(got -> assertThat(got.target()).isEqualTo("/hello/Ada"));
  }

  @Test
  void anInjectedClientAndOneForStreamsDoToo() {
    instance("greeter");
    Injected injected = started(Injected.class);
    assertThat(injected.client().toBlocking().retrieve("/hello/Ada")).isEqualTo("greeter0");
    assertThat(
            Flux.from(injected.streams().dataStream(HttpRequest.GET("/stream")))
                .map(buffer -> buffer.toString(java.nio.charset.StandardCharsets.UTF_8))
                .collectList()
                .block())
        .containsExactly("greeter0");
  }

  @Test
  void thePathOfAClientComesFirstAndTheQueryStays() {
    FakeInstance greeter = instance("greeter");
    started(Versioned.class).hello("Ada & co");
    assertThat(greeter.got())
        .singleElement()
        .satisfies(got -> assertThat(got.target()).isEqualTo("/v1/hello?name=Ada+%26+co"));
  }

  @Test
  void noCallAsksConsul() {
    instance("greeter");
    Greeter greeter = started(Greeter.class);
    greeter.hello("Ada");
    int before = consul.requests();
    answers(greeter, 50);
    assertThat(consul.requests()).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void anInstanceThatJoinsIsAskedAndOneThatLeftIsNot() {
    FakeInstance first = instance("greeter");
    Greeter greeter = started(Greeter.class);
    greeter.hello("Ada");
    instance("greeter");
    await().untilAsserted(() -> assertThat(answers(greeter, 10)).contains("greeter1"));
    consul.deregister("greeter1");
    await().untilAsserted(() -> assertThat(answers(greeter, 10)).containsOnly("greeter1"));
    int seen = first.got().size();
    answers(greeter, 20);
    assertThat(first.got()).hasSize(seen);
  }

  @Test
  void whatConsulSaidLastHoldsWhileItIsAway() {
    instance("greeter");
    Greeter greeter = started(Greeter.class);
    greeter.hello("Ada");
    consul.close();
    assertThat(answers(greeter, 20)).containsOnly("greeter0");
  }

  @Test
  void aRefusedConnectionGoesElsewhereWhateverTheMethod() {
    instance("greeter").close();
    instance("greeter");
    Greeter greeter = started(Greeter.class);
    for (int i = 0; i < 20; i++) {
      assertThat(greeter.order("tea")).isEqualTo("greeter1");
    }
  }

  @Test
  void anIdempotentCallThatFailsIsSentAgainWithItsBody() {
    instance("greeter").that(Manner.BREAKS_OFF);
    FakeInstance good = instance("greeter");
    Greeter greeter = started(Greeter.class);
    for (int i = 0; i < 10; i++) {
      assertThat(greeter.replace("tea")).isEqualTo("greeter1");
    }
    assertThat(good.got()).allSatisfy(got -> assertThat(got.body()).isEqualTo("tea"));
  }

  @Test
  void aPostThatMayHaveBeenSeenIsNeverSentTwice() {
    instance("greeter").that(Manner.BREAKS_OFF);
    FakeInstance other = instance("greeter").that(Manner.BREAKS_OFF);
    Greeter greeter = started(Greeter.class);
    assertThatThrownBy(() -> greeter.order("tea")).isInstanceOf(HttpClientException.class);
    assertThat(instances.getFirst().got().size() + other.got().size()).isEqualTo(1);
  }

  @Test
  void a503OfOneInstanceIsAnsweredByAnother() {
    instance("greeter").that(Manner.FAILS);
    instance("greeter");
    assertThat(answers(started(Greeter.class), 10)).containsOnly("greeter1");
  }

  @Test
  void a503OfAllIsWhatTheCallerGets() {
    instance("greeter").that(Manner.FAILS);
    Greeter greeter = started(Greeter.class);
    assertThatThrownBy(() -> greeter.hello("Ada"))
        .isInstanceOfSatisfying(
            HttpClientResponseException.class, e -> assertThat(e.code()).isEqualTo(503));
  }

  @Test
  void whileOneStandsStillAnotherAnswers() {
    settings.put("discovery.attempt-timeout", "200ms");
    instance("greeter").that(Manner.STANDS_STILL);
    instance("greeter");
    assertThat(answers(started(Greeter.class), 10)).containsOnly("greeter1");
  }

  @Test
  void aCallThatFindsNoOtherInstanceWhenItsOwnIsLateLooksAgain() throws Exception {
    settings.put("discovery.attempt-timeout", "200ms");
    instance("greeter").that(Manner.STANDS_STILL);
    Greeter greeter = started(Greeter.class);
    CompletableFuture<String> answer = Mono.from(greeter.later("Ada")).toFuture();
    await().during(Duration.ofMillis(700)).until(() -> !answer.isDone());
    instance("greeter");
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("greeter1");
  }

  @Test
  void aCallEndsAtItsDeadline() {
    settings.put("discovery.response-timeout", "300ms");
    instance("greeter").that(Manner.STANDS_STILL);
    Greeter greeter = started(Greeter.class);
    assertThatThrownBy(() -> greeter.order("tea"))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(CallFailedException.Reason.TOO_LATE))
        .hasMessageContaining("greeter has not answered within");
  }

  @Test
  void theMetaOfTheCalledServiceSetsItsDeadline() {
    FakeInstance greeter = instance("greeter", Map.of("response-timeout", "2s"));
    started(Greeter.class).hello("Ada");
    assertThat(Integer.parseInt(deadline(greeter))).isBetween(1, 2000);
  }

  private static String deadline(FakeInstance instance) {
    return instance.got().getLast().fields().getFirst("X-Deadline-Ms");
  }

  @Test
  void aCallNeverOutlivesItsCallerAndSaysWhoAsked() {
    FakeInstance greeter = instance("greeter");
    EmbeddedServer server = started(EmbeddedServer.class).start();
    try (HttpClient outside = HttpClient.create(server.getURL())) {
      HttpRequest<?> request =
          HttpRequest.GET("/caller")
              .header("X-Deadline-Ms", "1000")
              .header("X-Request-ID", "one")
              .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      assertThat(outside.toBlocking().retrieve(request)).isEqualTo("greeter0");
    }
    assertThat(Integer.parseInt(deadline(greeter))).isBetween(1, 1000);
    assertThat(greeter.got().getLast().fields().getFirst("X-Request-ID")).isEqualTo("one");
    assertThat(greeter.got().getLast().fields().getFirst("traceparent")).startsWith("00-0af7");
  }

  @Test
  void aStreamCallsOnAfterTheDeadlineOfItsBeginning() {
    instance("greeter");
    EmbeddedServer server = started(EmbeddedServer.class).start();
    try (HttpClient outside = HttpClient.create(server.getURL())) {
      HttpRequest<?> request = HttpRequest.GET("/caller/stream").header("X-Deadline-Ms", "500");
      assertThat(outside.toBlocking().retrieve(request)).contains("greeter0");
    }
  }

  @Test
  void aThreadThatMustNotWaitIsToldWhatToDo() {
    instance("greeter");
    EmbeddedServer server = started(EmbeddedServer.class).start();
    try (HttpClient outside = HttpClient.create(server.getURL())) {
      assertThatThrownBy(() -> outside.toBlocking().retrieve("/caller/event-loop"))
          .isInstanceOfSatisfying(
              HttpClientResponseException.class, e -> assertThat(e.code()).isEqualTo(500));
    }
  }

  @Test
  void aServiceWithoutAnInstanceIsAskedThroughAGateway() {
    FakeInstance gateway = instance("api-gateway");
    Greeter greeter = started(Greeter.class);
    assertThat(greeter.hello("Ada")).isEqualTo("api-gateway0");
    assertThat(gateway.got().getLast().target()).isEqualTo("/-/services/greeter/hello/Ada");
  }

  @Test
  void aServiceWhoseInstancesAllRefuseIsAskedThroughAGateway() {
    instance("greeter").close();
    instance("api-gateway");
    assertThat(started(Greeter.class).order("tea")).isEqualTo("api-gateway1");
  }

  @Test
  void withoutInstanceAndGatewayACallSaysWhatIsMissing() {
    Greeter greeter = started(Greeter.class);
    assertThatThrownBy(() -> greeter.hello("Ada"))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(CallFailedException.Reason.NO_INSTANCE))
        .hasMessageContaining("no instance of greeter is registered in Consul");
  }

  @Test
  void aCallWhileConsulHasNeverAnsweredSaysSo() {
    settings.put("discovery.response-timeout", "500ms");
    consul.stalled(true);
    Greeter greeter = started(Greeter.class);
    assertThatThrownBy(() -> greeter.hello("Ada"))
        .hasMessageContaining("Consul has not said within");
  }

  @Test
  void aClientOfAUrlIsMicronautsOwn() {
    FakeInstance instance = instance("greeter");
    started(Greeter.class);
    HttpClient client = service.createBean(HttpClient.class, "http://127.0.0.1:" + instance.port());
    BlockingHttpClient blocking = client.toBlocking();
    HttpResponse<String> response = blocking.exchange("/any", String.class);
    assertThat(response.body()).isEqualTo("greeter0");
    assertThat(instance.got().getLast().fields()).doesNotContainKey("X-deadline-ms");
  }

  @Test
  void aServiceWithConfiguredUrlsIsAskedThere() {
    FakeInstance instance = new FakeInstance("configured");
    instances.add(instance);
    settings.put("micronaut.http.services.greeter.url", "http://127.0.0.1:" + instance.port());
    assertThat(started(Greeter.class).hello("Ada")).isEqualTo("configured");
  }

  @Test
  void aCallThatIsGivenUpIsNoLoadAnyMore() {
    instance("greeter").that(Manner.STANDS_STILL);
    Greeter greeter = started(Greeter.class);
    Flux.from(greeter.later("Ada")).timeout(Duration.ofMillis(300)).onErrorComplete().blockLast();
    Callee callee = service.getBean(Callees.class).of("greeter");
    await()
        .untilAsserted(() -> assertThat(callee.upstream().list().getFirst().inFlight()).isZero());
  }

  @Test
  void theGatewaysAreToldOfCallsOfAServiceThatCanSleep() {
    FakeInstance gateway = instance("api-gateway");
    instance("greeter", Map.of("sleep-after", "2s"));
    Greeter greeter = started(Greeter.class);
    greeter.hello("Ada");
    await().untilAsserted(() -> assertThat(gateway.got()).hasSize(1));
    assertThat(gateway.got().getFirst().method()).isEqualTo("POST");
    assertThat(gateway.got().getFirst().target()).isEqualTo("/-/used?service=greeter");
    await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(gateway.got()).hasSize(1));
    greeter.hello("Ada");
    await().untilAsserted(() -> assertThat(gateway.got()).hasSize(2));
  }
}
