package zaguan.greeter;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A greeting and the instance that spoke it.
 *
 * @param greeting the words
 * @param instance the name of the instance, as in the header {@code X-Instance}
 */
@Serdeable
record Greeting(String greeting, String instance) {}
