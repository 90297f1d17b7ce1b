package zaguan.gateway.catalog;

import io.micronaut.serde.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import zaguan.gateway.TestConsul;
import zaguan.gateway.consul.ConsulApi;
import zaguan.gateway.consul.ConsulCatalog;
import zaguan.gateway.consul.ConsulSettings;
import zaguan.gateway.consul.KeyValues;
import zaguan.gateway.settings.TimeAndChance;

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
