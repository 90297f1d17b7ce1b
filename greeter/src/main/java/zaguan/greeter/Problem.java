package zaguan.greeter;

import io.micronaut.serde.annotation.Serdeable;

/**
 * An error for the caller, by <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>.
 *
 * @param title what kind of error, the same for each of a status
 * @param status the HTTP status
 * @param detail what was wrong with this request
 * @param instance the path that was asked for
 */
@Serdeable
record Problem(String title, int status, String detail, String instance) {

  static final String MEDIA_TYPE = "application/problem+json";
}
