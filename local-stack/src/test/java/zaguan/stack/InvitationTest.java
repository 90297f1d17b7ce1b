package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

class InvitationTest {

  @Test
  void aServiceOfOnesOwnIsNamedBesideTheGreeter() {
    try (FakeAgent frontDoor =
        new FakeAgent()
            .says(
                "/",
                """
                {"routes": [{"service": "greeter", "prefix": "/greeter/"},
                            {"service": "orders", "prefix": "/shop/orders/", "instances": [{"id": "a"}]},
                            {"service": "gone", "prefix": "/gone/", "instances": []}]}
                """)) {
      URI other = URI.create("http://127.0.0.1:1");
      Endpoints endpoints =
          new Endpoints(frontDoor.address(), other, other, new InetSocketAddress(1), other);
      assertThat(new Invitation(endpoints, "./stack env --state ../second").lines())
          .containsOnlyOnce("Try it:            curl " + frontDoor.address() + "/greeter/hello/Ada")
          .containsOnlyOnce("orders:            " + frontDoor.address() + "/shop/orders/")
          .noneMatch(line -> line.contains("gone"))
          .anyMatch(line -> line.contains("eval \"$(./stack env --state ../second)\""));
    }
  }
}
