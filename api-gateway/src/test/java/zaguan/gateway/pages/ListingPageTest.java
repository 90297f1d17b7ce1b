package zaguan.gateway.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListingPageTest {

  @Test
  void anInstanceIsShownWithItsWeight() {
    Listing listing =
        new Listing(
            true,
            false,
            List.of(
                new Listing.RouteEntry(
                    "/greeter/",
                    "greeter",
                    List.of(new Listing.InstanceEntry("<a>", "127.0.0.1:20001", "n", 3)))),
            List.of());
    assertThat(ListingPage.of(listing))
        .contains(
            "<code>127.0.0.1:20001</code> <code class=\"id\">&lt;a&gt;</code>"
                + " <span class=\"id\">weight 3</span>");
  }
}
