package zaguan.gateway.pages;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import zaguan.gateway.probes.HttpPeerGateways;
import zaguan.gateway.scaling.Idleness;

/** For how long this gateway has had no request for each service: for the other gateways. */
@Singleton
final class IdlePage implements OwnPage {

  private final Idleness idleness;
  private final JsonMapper json;

  IdlePage(Idleness idleness, JsonMapper json) {
    this.idleness = idleness;
    this.json = json;
  }

  @Override
  public String path() {
    return HttpPeerGateways.PATH;
  }

  @Override
  public CompletionStage<Page> get(Asked asked) {
    try {
      return CompletableFuture.completedStage(
          Page.json(200, json.writeValueAsBytes(idleness.millis())));
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
