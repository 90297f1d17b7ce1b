package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The name of each request, by which its lines are found in all logs. It is no secret, so that it
 * may be guessed. Any thread.
 */
public final class RequestIds {

  public static final AsciiString FIELD = AsciiString.cached("x-request-id");

  /** A trusted proxy's is kept up to this length. */
  private static final int LONGEST = 128;

  private final LongSupplier random;

  /**
   * @param random any number; called by any thread
   */
  public RequestIds(LongSupplier random) {
    this.random = random;
  }

  /**
   * The ID of a request.
   *
   * @param trusted whether that in the request is taken, if it is one, and can be in a log
   */
  public String of(HttpHeaders headers, boolean trusted) {
    if (trusted) {
      Iterator<String> values = headers.valueStringIterator(FIELD);
      if (values.hasNext()) {
        String value = values.next();
        if (!values.hasNext() && isGood(value)) {
          return value;
        }
      }
    }
    return fresh();
  }

  /** One that no other request has; a UUID of version 4. */
  public String fresh() {
    long high = (random.getAsLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (random.getAsLong() >>> 2) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /** Visible ASCII, without what separates or quotes. */
  private static boolean isGood(String value) {
    if (value.isEmpty() || value.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      if (each <= ' ' || each >= 0x7f || each == ',' || each == '"' || each == '\\') {
        return false;
      }
    }
    return true;
  }
}
