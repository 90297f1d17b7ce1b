package zaguan.gateway.pages;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import zaguan.gateway.scaling.Idleness;

/**
 * {@code POST /-/used?service=NAME&service=…}: callers tell of services that they have called past
 * the gateways, so that none of them is taken for idle. Names are as in the paths of calls by name.
 * How many there can be is bounded by the longest head.
 */
@Singleton
final class UsedPage implements OwnPage {

  private static final String SERVICE = "service=";

  private static final Page UNCLEAR =
      new Page(
          400,
          "application/problem+json",
          """
          {"title":"Bad Request","status":400,\
          "detail":"The query names no service: POST /-/used?service=NAME, once or more."}\
          """
              .getBytes(US_ASCII));

  private final Idleness idleness;

  UsedPage(Idleness idleness) {
    this.idleness = idleness;
  }

  @Override
  public String path() {
    return "/-/used";
  }

  @Override
  public boolean isTold() {
    return true;
  }

  @Override
  public CompletionStage<Page> get(Asked asked) {
    List<String> services =
        Arrays.stream(asked.query().split("&", -1))
            .filter(each -> each.startsWith(SERVICE))
            .map(each -> each.substring(SERVICE.length()))
            .toList();
    services.forEach(idleness::used);
    return CompletableFuture.completedStage(services.isEmpty() ? UNCLEAR : Page.done());
  }
}
