package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ByteProcessor;

/**
 * The first line of a response, by the letter of <a
 * href="https://www.rfc-editor.org/rfc/rfc9112#section-4">RFC 9112, 4</a>. Netty takes any number
 * for a status, any word for a version, and any space between them.
 */
final class StatusLine {

  /** {@code HTTP/1.}, and the digit that follows. */
  private static final long VERSION_1 = 0x485454502f312e00L;

  private static final int STATUS = 9;

  private static final int REASON = 12;

  /** Tab, space, what is visible, and what is beyond ASCII. */
  private static final ByteProcessor TEXT =
      each -> each == '\t' || (each != 0x7f && (each >= ' ' || each < 0));

  private StatusLine() {}

  /** Whether a response can begin with the byte. */
  static boolean beginsWith(byte first) {
    return first == 'H';
  }

  /**
   * The version that it is read as: 1.1 for any later 1.x.
   *
   * @param start of the line in the bytes
   * @param end behind the line, without its CR and LF
   * @throws MalformedResponseException if it is no status line
   */
  static HttpVersion version(ByteBuf bytes, int start, int end) {
    long minor = end - start < REASON ? 0 : bytes.getLong(start) ^ VERSION_1;
    if (minor < '0' || minor > '9' || bytes.getByte(start + STATUS - 1) != ' ') {
      throw new MalformedResponseException("it does not begin with HTTP/1.1 and a status");
    }
    return minor == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
  }

  /**
   * From 100 to 599: the others are invalid, <a
   * href="https://www.rfc-editor.org/rfc/rfc9110#section-15">RFC 9110, 15</a>.
   *
   * @throws MalformedResponseException if the status is none, or what follows it is no reason
   */
  static int status(ByteBuf bytes, int start, int end) {
    int hundreds = bytes.getByte(start + STATUS) - '0';
    int tens = bytes.getByte(start + STATUS + 1) - '0';
    int ones = bytes.getByte(start + STATUS + 2) - '0';
    boolean number = hundreds >= 1 && hundreds <= 5 && tens >= 0 && tens <= 9;
    boolean last = end == start + REASON || bytes.getByte(start + REASON) == ' ';
    if (!number || ones < 0 || ones > 9 || !last) {
      throw new MalformedResponseException("its status is none from 100 to 599");
    }
    if (bytes.forEachByte(start + REASON, end - start - REASON, TEXT) >= 0) {
      throw new MalformedResponseException("its reason phrase has a control character");
    }
    return hundreds * 100 + tens * 10 + ones;
  }
}
