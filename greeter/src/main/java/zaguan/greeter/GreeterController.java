package zaguan.greeter;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.sse.Event;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import reactor.core.publisher.Flux;

@Controller
class GreeterController {

  /** A letter, then up to 63 more letters, digits, spaces and the signs names are written with. */
  private static final String NAME = "\\p{L}[\\p{L}\\p{M}\\p{N} .'’-]{0,63}";

  private final String instance;
  private final String greeting;

  GreeterController(
      @Value("${greeter.instance}") String instance,
      @Value("${greeter.greeting}") String greeting) {
    this.instance = instance;
    this.greeting = greeting;
  }

  @Get
  Greeting greet() {
    return new Greeting(greeting + "!", instance);
  }

  @Get("/hello/{name}")
  Greeting greet(
      @Pattern(
              regexp = NAME,
              message = "must start with a letter and be at most 64 letters, digits or . ' -")
          String name) {
    return new Greeting(greeting + ", " + name + "!", instance);
  }

  @Get(uri = "/stream", produces = MediaType.TEXT_EVENT_STREAM)
  Flux<Event<Greeting>> stream() {
    return Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
        // A reader that is too slow misses greetings; it does not make them pile up.
        .onBackpressureDrop()
        .map(n -> Event.of(new Greeting(greeting + ", the " + (n + 1) + ". time!", instance)));
  }
}
