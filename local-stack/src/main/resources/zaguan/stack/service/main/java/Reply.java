package zaguan.yourservice;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What the client gets.
 *
 * @param greeting the greeter's words
 * @param count as in the request
 */
@Serdeable
record Reply(String greeting, int count) {}
