package zaguan.discovery.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.websocket.WebSocketClient;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.ClientWebSocket;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.ServerWebSocket;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import zaguan.discovery.FakeConsul;
import zaguan.discovery.Registration;

/** A service that connects to another one by a WebSocket. */
class WebSocketCallsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Singleton
  record Sockets(@Client("chats") WebSocketClient client) {}

  @ServerWebSocket("/chat")
  static final class Echo {
    @OnMessage
    Publisher<String> heard(String message, WebSocketSession session) {
      return session.send(message);
    }
  }

  @ClientWebSocket("/chat")
  abstract static class Chat implements Closeable {

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    abstract void send(String message);

    @OnMessage
    void heard(String message) {
      messages.add(message);
    }
  }

  @Test
  void anInstanceThatRefusesIsNotConnectedToAndAnotherIs() throws Exception {
    try (FakeConsul consul = new FakeConsul();
        ApplicationContext service =
            ApplicationContext.run(
                Map.of(
                    "discovery.consul.address", consul.address(),
                    "consul.client.registration.enabled", "false",
                    "micronaut.server.port", "-1"),
                "test")) {
      FakeInstance gone = new FakeInstance("gone");
      gone.close();
      int port = service.getBean(EmbeddedServer.class).start().getPort();
      consul.register(Registration.of("gone", "chats", gone.port()));
      consul.register(Registration.of("here", "chats", port));
      WebSocketClient client = service.getBean(Sockets.class).client();
      for (int i = 0; i < 10; i++) {
        try (Chat chat =
            Mono.from(client.connect(Chat.class, "/chat")).blockOptional(PATIENCE).orElseThrow()) {
          chat.send("Ada");
          assertThat(chat.messages.poll(10, TimeUnit.SECONDS)).isEqualTo("Ada");
        }
      }
    }
  }
}
