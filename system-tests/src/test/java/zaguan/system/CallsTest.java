package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.sse.Event;
import io.micronaut.websocket.WebSocketClient;
import io.micronaut.websocket.annotation.ClientWebSocket;
import io.micronaut.websocket.annotation.OnMessage;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A Micronaut application that calls services of a running stack by their names. */
@Timeout(300)
class CallsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Client("greeter")
  interface Greeter extends Greets {}

  @Client("inner")
  interface Inner extends Greets {}

  @Singleton
  record Sockets(@Client("echo") WebSocketClient client) {}

  @ClientWebSocket("/chat")
  abstract static class Chat implements Closeable {

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    abstract void send(String message);

    @OnMessage
    void heard(String message) {
      messages.add(message);
    }
  }

  private final Platform platform = Platform.shared();
  private final Caller caller = new Caller(platform);

  @TempDir private Path folder;

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void close() {
    caller.close();
  }

  @Test
  void eventsOfAStreamComeWhileItGoesOn() {
    // The stream never ends: two greetings can be read because nothing holds them back.
    List<Greets.Greeting> greetings =
        Flux.from(caller.bean(Greeter.class).stream())
            .map(Event::getData)
            .take(2)
            .collectList()
            .blockOptional(PATIENCE)
            .orElseThrow();
    assertThat(greetings)
        .extracting(Greets.Greeting::greeting)
        .containsExactly("Hello, the 1. time!", "Hello, the 2. time!");
  }

  @Test
  void aWebSocketIsConnectedToAnotherInstanceIfOneRefuses() throws Exception {
    try (EchoInstance _ = new EchoInstance(platform, "echo")) {
      registerOneThatRefuses("echo");
      assertThat(caller.instancesOf("echo")).isEqualTo(2);
      for (int i = 0; i < 10; i++) {
        try (Chat chat =
            Mono.from(caller.bean(Sockets.class).client().connect(Chat.class, "/chat"))
                .blockOptional(PATIENCE)
                .orElseThrow()) {
          chat.send("Ada " + i);
          assertThat(chat.messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
              .isEqualTo("Ada " + i);
        }
      }
    } finally {
      platform.consul().deregister("gone");
    }
  }

  private void registerOneThatRefuses(String service) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    platform
        .consul()
        .register(
            """
            {"ID": "gone", "Name": "%s", "Address": "127.0.0.1", "Port": %d}
            """
                .formatted(service, port));
  }

  @Test
  void aServiceThatIsNotPublicStaysAwakeWhileItIsCalledAndWakesWithTheNextCall() throws Exception {
    try (OwnJob inner = drowsy("inner")) {
      caller.bean(Inner.class).hello("Ada");
      try (Load load = Load.of(20, caller.hello(Inner.class))) {
        // A gateway may have decided that it sleeps before any heard of the first call.
        load.awaitElapsed(Duration.ofSeconds(4));
        long slept = inner.timesScaledTo(0);
        // This service lives and sleeps meanwhile, since nobody calls it.
        try (OwnJob idle = drowsy("idle")) {
          Eventually.within(Eventually.DEPLOYMENT, () -> idle.timesScaledTo(0), 1L);
        }
        assertThat(inner.timesScaledTo(0)).isEqualTo(slept);
        assertThat(load.stop().failures()).isEmpty();
      }
      inner.awaitAsleep();
      assertThat(platform.frontDoor().get("/inner/hello/Ada").statusCode()).isEqualTo(404);
      assertThat(caller.bean(Inner.class).hello("Ada").greeting()).isEqualTo("Hello, Ada!");
    }
  }

  private OwnJob drowsy(String name) throws Exception {
    OwnJob job =
        new OwnJob(platform, folder, name)
            .with("tags = \\[\"public\"]", "tags = []")
            .with("(nomad-group += .*)", "$1\n        sleep-after = \"8s\"")
            .submit("count=1");
    job.awaitDeployed();
    return job;
  }
}
