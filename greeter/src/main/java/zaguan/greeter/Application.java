package zaguan.greeter;

import io.micronaut.context.ApplicationContext;
import io.micronaut.discovery.consul.ConsulConfiguration;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the service, and lets it finish what it has before it ends. */
final class Application {

  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  /** Less than the job's kill_timeout. */
  private static final long FINISH_SECONDS = 17;

  private Application() {}

  public static void main(String[] args) throws InterruptedException {
    Micronaut micronaut = Micronaut.build(args).mainClass(Application.class).banner(false);
    // There are no clouds and no configuration servers here, and looking for them takes time.
    micronaut.deduceEnvironment(false).bootstrapEnvironment(false);
    // Nomad registers what it runs. Decided here and not by a setting, so that no job file can
    // forget it and have each instance counted twice.
    if (System.getenv("NOMAD_ALLOC_ID") != null) {
      micronaut.environments("nomad");
    }
    // Not Micronaut's own start: its shutdown hook would stop the server in the middle of
    // responses.
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      ApplicationContext context = micronaut.build().start();
      EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
      LOG.info("Listening at {}", server.getURI());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(context, stopped), "stop"));
    } catch (RuntimeException e) {
      LOG.error("The service does not start: {}", e.getMessage(), e);
      System.exit(1);
    }
    stopped.await();
  }

  private static void stop(ApplicationContext context, CountDownLatch stopped) {
    try (context) {
      // Otherwise it would end before Consul has got its deregistration.
      context
          .findBean(ConsulConfiguration.class)
          .ifPresent(consul -> consul.getRegistration().setFailFast(true));
      context
          .getBean(GracefulShutdownManager.class)
          .shutdownGracefully()
          .toCompletableFuture()
          .get(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("Responses are broken off: they have not ended within {} s", FINISH_SECONDS);
    } catch (ExecutionException e) {
      LOG.error("Responses may be broken off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }
}
