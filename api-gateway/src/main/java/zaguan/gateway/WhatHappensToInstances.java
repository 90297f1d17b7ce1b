package zaguan.gateway;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import zaguan.discovery.balancing.InstanceEvents;
import zaguan.discovery.balancing.InstanceLog;

/** The queue of what happens to instances, and who reads it. */
@Factory
final class WhatHappensToInstances {

  @Singleton
  InstanceEvents events() {
    return new InstanceEvents();
  }

  @Context
  @Bean(preDestroy = "close")
  InstanceLog log(InstanceEvents events) {
    return new InstanceLog(events);
  }
}
