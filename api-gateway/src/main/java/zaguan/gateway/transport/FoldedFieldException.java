package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;

/**
 * A field that is folded over lines, which <a
 * href="https://www.rfc-editor.org/rfc/rfc9112#section-5.2">RFC 9112, 5.2</a> forbids to send:
 * Netty would join the lines, and others read them otherwise.
 */
final class FoldedFieldException extends DecoderException {

  private static final long serialVersionUID = 1;

  private static final byte LF = '\n';

  FoldedFieldException() {
    super("one of its fields is folded over lines");
  }

  /** Whether one of the fields that begin there is folded. */
  static boolean isFolded(ByteBuf fields) {
    int line = fields.readerIndex();
    while (line < fields.writerIndex()) {
      byte first = fields.getByte(line);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int end = fields.indexOf(line, fields.writerIndex(), LF);
      if (end < 0 || first == '\r' || first == LF) {
        return false;
      }
      line = end + 1;
    }
    return false;
  }
}
