package zaguan.greeter;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.http.sse.Event;
import java.time.Duration;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;

@Controller
class GreeterController {

  /** A letter, then up to 63 letters, digits, spaces and the signs that names have. */
  private static final Pattern NAME = Pattern.compile("\\p{L}[\\p{L}\\p{M}\\p{N} .'’-]{0,63}");

  private final String instance;
  private final String greeting;
  private final Streams streams;

  GreeterController(
      @Value("${greeter.instance}") String instance,
      @Value("${greeter.greeting}") String greeting,
      Streams streams) {
    this.instance = instance;
    this.streams = streams;
    this.greeting = greeting;
  }

  @Get
  Greeting greet() {
    return new Greeting(greeting + "!", instance);
  }

  @Get("/hello/{name}")
  Greeting greet(String name) {
    // Checked by hand: for one rule, micronaut-validation would take a sixth of the start.
    if (!NAME.matcher(name).matches()) {
      throw new HttpStatusException(
          HttpStatus.BAD_REQUEST,
          "name: must start with a letter and be at most 64 letters, digits or . ' -");
    }
    return new Greeting(greeting + ", " + name + "!", instance);
  }

  @Get(uri = "/stream", produces = MediaType.TEXT_EVENT_STREAM)
  Flux<Event<Greeting>> stream() {
    return streams.untilStopped(
        Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
            // A reader that is too slow misses greetings; it does not make them pile up.
            .onBackpressureDrop()
            .map(n -> Event.of(new Greeting(greeting + ", the " + (n + 1) + ". time!", instance))));
  }
}
