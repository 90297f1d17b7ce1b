package zaguan.stack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What was built, brought to a stack whose agents run: published, rolled out, and reached. */
final class Services {

  private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

  /** A gateway hears of a new service within seconds. */
  private static final Duration FIRST_ROUTE = Duration.ofSeconds(10);

  private final Checkout checkout;
  private final Path apps;
  private final StackState.Settings settings;
  private final Jobs jobs;
  private final Progress progress;
  private final Endpoints endpoints;
  private final Nomad nomad;

  Services(
      Checkout checkout, Path apps, StackState.Settings settings, Jobs jobs, Progress progress) {
    this.checkout = checkout;
    this.apps = apps;
    this.settings = settings;
    this.jobs = jobs;
    this.progress = progress;
    endpoints = Endpoints.of(settings.ports());
    nomad = new Nomad(endpoints.nomad());
  }

  /** Rolls out all services of the checkout and the front door, and returns when it answers. */
  void runAll(StackOptions options) {
    List<Submission> submissions = new ArrayList<>();
    for (Service service : checkout.services()) {
      publish(service);
      submissions.add(
          Submission.of(
              service,
              switch (service.name()) {
                case "greeter" -> options.greeters();
                case "api-gateway" -> options.gateways();
                default -> null;
              }));
    }
    DockerEngine engine = engine();
    if (engine != null) {
      new Images(apps).publishHaproxy(engine, settings.tools().haproxy(), progress);
    }
    submissions.add(new Submission("haproxy", checkout.jobFile("haproxy"), null));
    jobs.run(submissions, progress);
    awaitFrontDoor();
  }

  /**
   * Rolls out a service, with as many instances as Nomad has of it now.
   *
   * @return where the front door serves it, if it does
   */
  Optional<URI> run(Service service) {
    publish(service);
    jobs.run(List.of(Submission.of(service, null)), progress);
    return route(service);
  }

  /** Where the front door serves a service, if it does. */
  Optional<URI> route(Service service) {
    AtomicReference<Optional<URI>> route = new AtomicReference<>(Optional.empty());
    boolean isPublic = nomad.tags(service.name()).contains("public");
    Waiting.until(
        isPublic ? FIRST_ROUTE : Duration.ZERO,
        () -> {
          route.set(new Routes(endpoints).of(service.name()));
          return route.get().isPresent();
        });
    return route.get();
  }

  /** Makes what was built known to the job files. */
  void publish(Service service) {
    new Apps(apps).publish(service);
    DockerEngine engine = engine();
    if (engine != null) {
      new Images(apps).publish(engine, service, progress);
    }
  }

  /** Null unless instances are containers. */
  private @Nullable DockerEngine engine() {
    return settings.driver() == StackOptions.Driver.docker ? settings.docker() : null;
  }

  private void awaitFrontDoor() {
    progress.at("waiting for an answer through the front door");
    // A request for a greeter that sleeps would wake it.
    boolean asleep = nomad.job("greeter").filter(job -> job.count() == 0).isPresent();
    URI question = endpoints.frontDoor().resolve(asleep ? "/" : "/greeter/hello/Ada");
    if (!Waiting.until(
        FIRST_ANSWER,
        () -> asleep ? new Routes(endpoints).areKnown() : Http.status(question) == 200)) {
      throw new StackFailure(
          "all is healthy, but the front door does not answer: curl -i " + question);
    }
  }
}
