package zaguan.gateway.pages;

import io.micronaut.http.MediaType;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.routing.Routes;

/** {@code GET /}: a page for browsers, JSON for everybody else. */
@Singleton
final class RoutesPage implements OwnPage {

  private final Catalog catalog;
  private final Routes routes;
  private final JsonMapper json;

  RoutesPage(Catalog catalog, Routes routes, JsonMapper json) {
    this.catalog = catalog;
    this.routes = routes;
    this.json = json;
  }

  @Override
  public String path() {
    return "/";
  }

  @Override
  public CompletionStage<Page> get(Asked asked) {
    Listing listing = Listing.of(catalog, routes.current());
    try {
      return CompletableFuture.completedStage(
          asked.accept().contains(MediaType.TEXT_HTML)
              ? Page.html(ListingPage.of(listing))
              : Page.json(200, json.writeValueAsBytes(listing)));
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
