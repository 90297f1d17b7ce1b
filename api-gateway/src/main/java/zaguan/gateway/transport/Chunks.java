package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a body, up to the last one, by the letter of <a
 * href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1</a>: Netty takes an
 * extension without a name, and whatever follows it. Extensions are read and dropped. One thread.
 */
final class Chunks {

  /** The digits of a size: as many as a long has. */
  private static final int MOST_DIGITS = 16;

  private static final int MOST_AT_ONCE = 64 * 1024;

  private enum At {
    SIZE,
    DATA,
    END_OF_DATA,
    LAST,
  }

  private final int mostExtensions;
  private At at = At.LAST;

  /** Of the chunk's data, in bytes. */
  private long left;

  /** Bytes of all extensions of this body. */
  private int extensions;

  /**
   * @param mostExtensions how long the extensions of one body may be, all together, in bytes
   */
  Chunks(int mostExtensions) {
    this.mostExtensions = mostExtensions;
  }

  /** The first chunk comes. */
  void begin() {
    at = At.SIZE;
    extensions = 0;
  }

  /** Whether the last chunk comes, which is not read here, or no chunk at all. */
  boolean atLast() {
    return at == At.LAST;
  }

  /**
   * Reads on.
   *
   * @return some data; null if there is none before more bytes come, or before the last chunk
   * @throws DecoderException if the bytes are no chunks
   */
  @Nullable HttpContent read(ByteBuf in) {
    if (at == At.END_OF_DATA && !endOfData(in)) {
      return null;
    }
    if (at == At.SIZE && !size(in)) {
      return null;
    }
    if (at != At.DATA || !in.isReadable()) {
      return null;
    }
    int length = (int) Math.min(left, Math.min(in.readableBytes(), MOST_AT_ONCE));
    left -= length;
    if (left == 0) {
      at = At.END_OF_DATA;
    }
    return new DefaultHttpContent(in.readRetainedSlice(length));
  }

  private boolean endOfData(ByteBuf in) {
    if (in.isReadable() && in.getByte(in.readerIndex()) != '\r') {
      throw new DecoderException("a chunk is longer than its size");
    }
    if (in.readableBytes() < 2) {
      return false;
    }
    if (in.getByte(in.readerIndex() + 1) != '\n') {
      throw new DecoderException("a chunk is longer than its size");
    }
    in.skipBytes(2);
    at = At.SIZE;
    return true;
  }

  /** Reads the line with the size, unless that is 0. */
  private boolean size(ByteBuf in) {
    int start = in.readerIndex();
    int most = Math.min(in.readableBytes(), MOST_DIGITS + mostExtensions + 2);
    int lf = in.indexOf(start, start + most, (byte) '\n');
    if (lf < 0) {
      if (most < in.readableBytes()) {
        throw new DecoderException("the line of a chunk's size is too long");
      }
      return false;
    }
    int end = lf - 1;
    if (end < start || in.getByte(end) != '\r') {
      throw new DecoderException("the line of a chunk's size ends without CR");
    }
    long size = 0;
    int next = start;
    for (; next < end; next++) {
      int digit = Character.digit((char) in.getUnsignedByte(next), 16);
      if (digit < 0) {
        break;
      }
      size = size << 4 | digit;
    }
    if (next == start || next - start > MOST_DIGITS || size < 0) {
      throw new DecoderException("a chunk's size is no number");
    }
    extensions += end - next;
    if (extensions > mostExtensions) {
      throw new DecoderException("its chunk extensions are too long");
    }
    while (next < end) {
      next = extension(in, next, end);
    }
    if (size == 0) {
      at = At.LAST;
    } else {
      in.readerIndex(lf + 1);
      left = size;
      at = At.DATA;
    }
    return true;
  }

  /**
   * {@code ";" name}, with {@code "=" value} or without. Spaces around them are allowed for old
   * senders' sake, of which none is known; others have been used to hide requests.
   */
  private static int extension(ByteBuf in, int start, int end) {
    int name = start + 1;
    int next = in.getByte(start) == ';' ? token(in, name, end) : name;
    if (next == name) {
      throw malformed();
    }
    if (next == end || in.getByte(next) != '=') {
      return next;
    }
    int value = next + 1;
    boolean quoted = value < end && in.getByte(value) == '"';
    next = quoted ? quoted(in, value + 1, end) : token(in, value, end);
    if (next == value) {
      throw malformed();
    }
    return next;
  }

  private static int token(ByteBuf in, int start, int end) {
    int next = start;
    while (next < end && isToken(in.getByte(next))) {
      next++;
    }
    return next;
  }

  private static int quoted(ByteBuf in, int start, int end) {
    for (int next = start; next < end; next++) {
      byte each = in.getByte(next);
      if (each == '"') {
        return next + 1;
      }
      if (each == '\\') {
        next++;
      }
      byte meant = next < end ? in.getByte(next) : 0;
      if ((meant >= 0 && meant < ' ' && meant != '\t') || meant == 0x7f) {
        throw malformed();
      }
    }
    throw malformed();
  }

  private static boolean isToken(byte each) {
    return (each >= '0' && each <= '9')
        || (each >= 'A' && each <= 'Z')
        || (each >= 'a' && each <= 'z')
        || "!#$%&'*+-.^_`|~".indexOf(each) >= 0;
  }

  private static DecoderException malformed() {
    return new DecoderException("a chunk extension is none");
  }
}
