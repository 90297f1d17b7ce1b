package zaguan.gateway.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What one of the gateway's own pages says.
 *
 * @param status of HTTP
 * @param mediaType of the body, with its charset where it needs one
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Page(int status, String mediaType, byte[] body) {

  static final String JSON = "application/json";

  static Page json(int status, byte[] body) {
    return new Page(status, JSON, body);
  }

  /** It was understood, and there is nothing to say. */
  static Page done() {
    return new Page(204, "", new byte[0]);
  }

  static Page html(String text) {
    return new Page(200, "text/html;charset=utf-8", text.getBytes(UTF_8));
  }
}
