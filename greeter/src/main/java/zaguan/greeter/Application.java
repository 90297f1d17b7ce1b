package zaguan.greeter;

import io.micronaut.runtime.Micronaut;

/** Starts the greeter. */
final class Application {

  private Application() {}

  public static void main(String[] args) {
    Micronaut micronaut = Micronaut.build(args).mainClass(Application.class).banner(false);
    // What they look for, clouds and configuration servers, is not there; looking takes time.
    micronaut.deduceEnvironment(false).bootstrapEnvironment(false);
    // Nomad registers what it runs. Decided here and not by a setting, so that no job file can
    // forget it and have each instance counted twice.
    if (System.getenv("NOMAD_ALLOC_ID") != null) {
      micronaut.environments("nomad");
    }
    micronaut.start();
  }
}
