package zaguan.gateway;

import io.micronaut.context.ApplicationContext;
import io.micronaut.discovery.consul.ConsulConfiguration;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.transport.Drain;

/** Starts the gateway, and lets it end without a lost request. */
final class Application {

  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  private Application() {}

  public static void main(String[] args) throws InterruptedException {
    Micronaut micronaut = Micronaut.build(args).mainClass(Application.class).banner(false);
    // What they look for, clouds and configuration servers, is not there; looking takes time.
    micronaut.deduceEnvironment(false).bootstrapEnvironment(false);
    // Nomad registers what it runs. Decided here and not by a setting, so that no job file can
    // forget it and have each instance counted twice.
    if (System.getenv("NOMAD_ALLOC_ID") != null) {
      micronaut.environments("nomad");
    }
    // Not Micronaut's own start: its shutdown hook would stop the server while it drains.
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      ApplicationContext context = micronaut.build().start();
      EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
      LOG.info("Listening at {}", server.getURI());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(context, stopped), "drain"));
    } catch (RuntimeException e) {
      LOG.error("The gateway does not start: {}", e.getMessage(), e);
      System.exit(1);
    }
    stopped.await();
  }

  private static void stop(ApplicationContext context, CountDownLatch stopped) {
    try (context) {
      // Else it would only send its leave to Consul, and end before that has arrived.
      context
          .findBean(ConsulConfiguration.class)
          .ifPresent(consul -> consul.getRegistration().setFailFast(true));
      context.getBean(Drain.class).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }
}
