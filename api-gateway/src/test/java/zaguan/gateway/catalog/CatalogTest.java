package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;

/** Instances that are known before Consul has found them healthy. */
class CatalogTest {

  private static final Instance READY =
      new Instance("a", "up", "n1", "127.0.0.1", 7, 1, List.of("public"), Map.of());

  private final Catalog catalog = new Catalog();

  @Test
  void anAnnouncedInstanceIsThereUntilItIsWithdrawn() {
    lists();
    catalog.announce(READY);
    assertThat(instances()).containsExactly(READY);
    lists();
    assertThat(instances()).containsExactly(READY);
    catalog.withdraw(READY);
    assertThat(instances()).isEmpty();
  }

  @Test
  void onceConsulListsItConsulAloneSaysWhenItIsGone() {
    lists();
    catalog.announce(READY);
    lists(READY);
    assertThat(catalog.isAnnounced(READY)).isFalse();
    assertThat(instances()).containsExactly(READY);
    lists();
    assertThat(instances()).isEmpty();
  }

  @Test
  void whatConsulListsAlreadyIsNotAnnounced() {
    lists(READY);
    catalog.announce(READY);
    lists();
    assertThat(instances()).isEmpty();
  }

  @Test
  void aServiceThatIsRememberedIsListedWithoutAnInstanceUntilItIsForgotten() {
    Service before = new Service("up", Set.of("public"), List.of(), Map.of("nomad-job", "job"));
    lists(READY);
    catalog.remember(before);
    assertThat(instances()).containsExactly(READY);
    catalog.publish(Snapshot.of(Map.of()));
    assertThat(catalog.current().service("up")).isEqualTo(before);
    catalog.forget("up");
    assertThat(catalog.current().service("up")).isNull();
  }

  @Test
  void anInstanceThatIsNotPublicTakesNothingFromAServiceThatIsRemembered() {
    Service before = new Service("up", Set.of("public"), List.of(), Map.of("nomad-job", "job"));
    Instance tried = new Instance("b", "up", "n1", "127.0.0.1", 8, 1, List.of(), Map.of("x", "y"));
    catalog.publish(
        Snapshot.of(Map.of("up", new Service("up", Set.of(), List.of(tried), Map.of()))));
    catalog.remember(before);
    Service now = catalog.current().service("up");
    assertThat(now).isNotNull();
    assertThat(now.tags()).contains("public");
    assertThat(now.metas()).containsExactly(before.meta());
    assertThat(now.instances()).containsExactly(tried);
  }

  private void lists(Instance... instances) {
    catalog.publish(
        Snapshot.of(
            Map.of("up", new Service("up", Set.of("public"), List.of(instances), Map.of()))));
  }

  private List<Instance> instances() {
    Service service = catalog.current().service("up");
    assertThat(service).isNotNull();
    return service.instances();
  }
}
