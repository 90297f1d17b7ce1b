package zaguan.gateway.pages;

import java.util.stream.Collectors;

/** The listing, for people. */
final class ListingPage {

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Routes</title>
      <style>
        :root { color-scheme: light dark }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
        h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem }
        .count { font-weight: normal; opacity: .7 }
        ul { list-style: none; margin: 0; padding: 0 }
        li { display: flex; flex-wrap: wrap; gap: 0 1rem; border-top: 1px solid #8884; padding: .15rem 0 }
        code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
        .id { opacity: .7; font-size: .85em }
        .note { border-left: 4px solid #d80; padding: .3rem .8rem; margin: .5rem 0 }
      </style>
      <h1>Routes</h1>
      """;

  private ListingPage() {}

  static String of(Listing listing) {
    StringBuilder page = new StringBuilder(HEAD);
    if (!listing.loaded()) {
      note(page, "Consul has not been reached yet; routes appear as soon as it is.");
    } else if (listing.consulAway()) {
      note(page, "Consul does not answer at present. This is what it said last.");
    }
    listing.problems().forEach(problem -> note(page, problem));
    if (listing.loaded() && listing.routes().isEmpty()) {
      note(page, "No service is tagged public. Give one the tag, and it appears here.");
    }
    listing.routes().forEach(route -> route(page, route));
    return page.append("</html>\n").toString();
  }

  private static void route(StringBuilder page, Listing.RouteEntry route) {
    String prefix = escaped(route.prefix());
    int count = route.instances().size();
    page.append("<h2><a href=\"").append(prefix).append("\">").append(prefix).append("</a> ");
    page.append("<span class=\"count\">")
        .append(escaped(route.service()))
        .append(", ")
        .append(count)
        .append(count == 1 ? " instance" : " instances")
        .append("</span></h2>\n");
    if (count == 0) {
      note(page, "No instance is healthy: requests are answered 503.");
    }
    page.append(
        route.instances().stream()
            .map(
                instance ->
                    "<li><code>"
                        + escaped(instance.address())
                        + "</code> <code class=\"id\">"
                        + escaped(instance.id())
                        + "</code> <span class=\"id\">weight "
                        + instance.weight()
                        + "</span></li>\n")
            .collect(Collectors.joining("", "<ul>\n", "</ul>\n")));
  }

  private static void note(StringBuilder page, String text) {
    page.append("<p class=\"note\">").append(escaped(text)).append("</p>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
