package zaguan.gateway.transport;

import io.netty.handler.codec.DecoderException;

/** A response that is no HTTP/1.1, or that two readers may understand in two ways. */
final class MalformedResponseException extends DecoderException {

  private static final long serialVersionUID = 1;

  /**
   * @param reason what is wrong with it, to follow a colon
   */
  MalformedResponseException(String reason) {
    super(reason);
  }
}
