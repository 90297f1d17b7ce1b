package zaguan.system;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.sse.Event;
import io.micronaut.serde.annotation.Serdeable;
import org.reactivestreams.Publisher;

/** What a greeter can be asked, for the declarative clients of the tests. */
interface Greets {

  /** As the greeter has it. */
  @Serdeable
  record Greeting(String greeting, String instance) {}

  @Get("/hello/{name}")
  Greeting hello(String name);

  @Get(uri = "/stream", consumes = MediaType.TEXT_EVENT_STREAM)
  Publisher<Event<Greeting>> stream();
}
