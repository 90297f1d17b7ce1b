package zaguan.discovery.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import zaguan.discovery.FakeConsul;
import zaguan.discovery.consul.ConsulApi;

/** A service that has the module, and calls no other service. */
class NobodyCalledTest {

  @Client("nobody-called-callee")
  interface Callee {
    @Get("/")
    String get();
  }

  @Controller("/nobody-called")
  static final class Answers {

    @SuppressWarnings("unused") // It could call, and does not.
    private final Callee declared;

    @SuppressWarnings("unused")
    private final HttpClient injected;

    Answers(Callee declared, @Client("nobody-called-callee") HttpClient injected) {
      this.declared = declared;
      this.injected = injected;
    }

    @Get
    String answer() {
      return "hello";
    }
  }

  @Test
  void asksConsulNothingAndMakesNothingThatCouldAsk() throws IOException, InterruptedException {
    try (FakeConsul consul = new FakeConsul();
        ApplicationContext service =
            ApplicationContext.run(
                Map.of(
                    "discovery.consul.address", consul.address(),
                    "consul.client.registration.enabled", "false",
                    "micronaut.server.port", "-1"));
        java.net.http.HttpClient outside = java.net.http.HttpClient.newHttpClient()) {
      int port = service.getBean(EmbeddedServer.class).start().getPort();
      HttpResponse<String> response =
          outside.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/nobody-called"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(response.body()).isEqualTo("hello");
      assertThat(consul.requests()).isZero();
      for (Class<?> each : List.of(ConsulApi.class, Callees.class)) {
        assertThat(service.getActiveBeanRegistrations(each)).as(each.getSimpleName()).isEmpty();
      }
    }
  }
}
