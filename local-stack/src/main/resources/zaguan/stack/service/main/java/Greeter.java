package zaguan.yourservice;

import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.serde.annotation.Serdeable;

/** The service that Consul knows as greeter, at whichever instance. */
@Client("greeter")
interface Greeter {

  @Get("/hello/{name}")
  Greeting hello(String name);

  /**
   * What the greeter answers.
   *
   * @param greeting the words
   * @param instance the instance that spoke them
   */
  @Serdeable
  record Greeting(String greeting, String instance) {}
}
