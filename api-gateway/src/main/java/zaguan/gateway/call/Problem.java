package zaguan.gateway.call;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.serde.annotation.Serdeable;

/**
 * An error for whoever called, by <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>.
 *
 * @param title what kind of error, the same for each of a status
 * @param status the HTTP status
 * @param detail what happened to this request, and what to do
 */
@Serdeable
public record Problem(String title, int status, String detail) {

  static final MediaType MEDIA_TYPE = MediaType.of("application/problem+json");

  static Problem of(HttpStatus status, String detail) {
    return new Problem(status.getReason(), status.getCode(), detail);
  }
}
