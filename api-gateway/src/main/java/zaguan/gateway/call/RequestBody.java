package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/**
 * What has come of a request's body. Up to a bound it can be kept until the response begins, so
 * that it can be sent again; beyond, it passes through.
 */
final class RequestBody {

  static final int BOUND = 64 * 1024;

  /** Each part costs some hundred bytes beside what it holds, and may hold one. */
  private static final int MOST_PARTS = 1024;

  private final List<HttpContent> parts = new ArrayList<>(0);
  private boolean keep;

  /** Of the parts, those that were written and are kept. */
  private int sent;

  private long length;
  private long waiting;
  private boolean complete;
  private boolean emptyEnd;
  private boolean endWritten;
  private boolean replayable = true;

  RequestBody(boolean keep) {
    this.keep = keep;
  }

  /** Takes over the part; trailers that belong in a head are dropped. */
  @SuppressWarnings("ReferenceEquality") // There is one empty end, and it need not be kept.
  void add(HttpContent part) {
    FieldNames.dropFieldsOfHead(part);
    int size = part.content().readableBytes();
    length += size;
    waiting += size;
    complete = part instanceof LastHttpContent;
    if (part == LastHttpContent.EMPTY_LAST_CONTENT) {
      emptyEnd = true;
    } else {
      parts.add(part);
    }
  }

  /** In bytes, as far as it has come. */
  long length() {
    return length;
  }

  boolean complete() {
    return complete;
  }

  /** Whether all of it was written. */
  boolean written() {
    return endWritten;
  }

  /** Whether no more should be read before some is written. */
  boolean full() {
    return waiting > BOUND || parts.size() - sent > MOST_PARTS;
  }

  boolean replayable() {
    return replayable;
  }

  void writeTo(InstanceStream stream) {
    if (keep && (length > BOUND || parts.size() > MOST_PARTS)) {
      forget();
    }
    while (sent < parts.size()) {
      if (keep) {
        stream.write(parts.get(sent).retainedDuplicate());
        sent++;
      } else {
        stream.write(parts.removeFirst());
        replayable = false;
      }
    }
    waiting = 0;
    if (complete && !endWritten) {
      endWritten = true;
      if (emptyEnd) {
        stream.write(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    }
  }

  /** Begins again from the first part. */
  void rewind() {
    sent = 0;
    endWritten = false;
  }

  /** It need not be sent again. */
  void forget() {
    keep = false;
    replayable &= sent == 0;
    for (; sent > 0; sent--) {
      parts.removeFirst().release();
    }
  }

  void release() {
    parts.forEach(HttpContent::release);
    parts.clear();
    sent = 0;
  }
}
