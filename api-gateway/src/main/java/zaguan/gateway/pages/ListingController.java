package zaguan.gateway.pages;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.routing.Routes;

/** {@code GET /}: a page for browsers, JSON for everybody else. */
@Controller
class ListingController {

  private final Catalog catalog;
  private final Routes routes;

  ListingController(Catalog catalog, Routes routes) {
    this.catalog = catalog;
    this.routes = routes;
  }

  @Get(produces = {MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
  HttpResponse<?> list(HttpRequest<?> request) {
    Listing listing = Listing.of(catalog, routes.current());
    return request.accept().contains(MediaType.TEXT_HTML_TYPE)
        ? HttpResponse.ok(ListingPage.of(listing))
            .contentType(MediaType.TEXT_HTML + ";charset=utf-8")
        : HttpResponse.ok(listing).contentType(MediaType.APPLICATION_JSON);
  }
}
