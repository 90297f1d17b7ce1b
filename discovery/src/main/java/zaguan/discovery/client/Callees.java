package zaguan.discovery.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import zaguan.discovery.balancing.InstanceEvents;
import zaguan.discovery.balancing.InstanceLog;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.LiveService;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.ConsulSettings;
import zaguan.discovery.consul.Outage;
import zaguan.discovery.settings.TimeAndChance;

/**
 * The services that are called, each kept live from its first call on. What is never called is
 * never asked for. Any thread; none waits.
 */
@Singleton
final class Callees {

  private final ConsulCatalog consul;
  private final CallSettings settings;
  private final TimeAndChance timeAndChance;
  private final UseReports reports;
  private final Outage outage;
  private final InstanceEvents events = new InstanceEvents();
  private final InstanceLog log = new InstanceLog(events);
  private final ConcurrentMap<String, Callee> byName = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private final List<LiveService> lists = new ArrayList<>();

  Callees(
      ConsulCatalog consul,
      ConsulSettings consulSettings,
      CallSettings settings,
      TimeAndChance timeAndChance) {
    this.consul = consul;
    reports = new UseReports(byName::values, this::gateways, timeAndChance.nanoTime());
    this.settings = settings;
    this.timeAndChance = timeAndChance;
    outage = new Outage(consulSettings.settle(), timeAndChance.clock(), away -> {});
  }

  /** The service of that name, whether or not there is one. */
  Callee of(String name) {
    return byName.computeIfAbsent(name, this::keepLive);
  }

  /** The gateways, which wake a service that has no instance. */
  Callee gateways() {
    return of(settings.gateway());
  }

  private synchronized Callee keepLive(String name) {
    Callee callee =
        new Callee(
            new Upstream(
                name,
                settings.maxConcurrency(),
                timeAndChance.nanoTime(),
                timeAndChance.random()::nextInt,
                events),
            settings);
    lists.add(
        new LiveService(name, consul, outage, timeAndChance, service -> replace(callee, service)));
    return callee;
  }

  private void replace(Callee callee, Service service) {
    callee.replace(service);
    if (!callee.settings().sleepAfter().isZero()) {
      reports.start();
    }
  }

  @PreDestroy
  synchronized void close() {
    reports.close();
    lists.forEach(LiveService::close);
    log.close();
  }
}
