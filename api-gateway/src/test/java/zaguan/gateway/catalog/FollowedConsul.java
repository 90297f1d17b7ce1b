package zaguan.gateway.catalog;

import io.micronaut.serde.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import zaguan.discovery.TestConsul;
import zaguan.discovery.consul.ConsulApi;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.ConsulSettings;
import zaguan.discovery.consul.KeyValues;
import zaguan.discovery.settings.TimeAndChance;

/** The catalog of one gateway, without the gateway. */
public final class FollowedConsul implements AutoCloseable {

  private final Catalog catalog;
  private final ConsulApi api;
  private final Holders holders;
  private final SleepingServices memory;
  private final CatalogWatch watch;

  FollowedConsul(TestConsul consul, Catalog catalog, Duration settle) {
    this.catalog = catalog;
    ConsulSettings settings =
        new ConsulSettings(consul.address(), null, Duration.ofSeconds(2), settle);
    ObjectMapper json = ObjectMapper.getDefault();
    api = new ConsulApi(settings);
    KeyValues store = new KeyValues(api, json);
    holders = new Holders(catalog, store);
    memory = new SleepingServices(catalog, store, json);
    watch =
        new CatalogWatch(
            catalog,
            new ConsulCatalog(api, json),
            memory,
            holders,
            settings,
            new TimeAndChance(System::nanoTime, Clock.systemUTC(), new Random(1)));
    watch.start();
  }

  public FollowedConsul(TestConsul consul) {
    this(consul, new Catalog(), Duration.ZERO);
    holders.start();
    memory.start();
  }

  public Catalog catalog() {
    return catalog;
  }

  public Holders holders() {
    return holders;
  }

  @Override
  public void close() {
    memory.stop();
    holders.stop();
    watch.stop();
    api.close();
  }
}
