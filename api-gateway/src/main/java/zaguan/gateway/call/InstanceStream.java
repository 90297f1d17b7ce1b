package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;

/**
 * A connection to an instance, which carries one request at a time. The transport implements it.
 * Only on the event loop of the call. A write or a flush that fails may tell the listener so before
 * it returns.
 */
public interface InstanceStream {

  /**
   * Who is told what the instance does, on the event loop. After {@link #release}, {@link
   * #discard}, {@link #close}, {@link #refused} or {@link #brokenOff} it is told nothing more.
   */
  interface Listener {

    /** Of the request, for the log. */
    String requestId();

    /** There is a connection, on which nothing was sent yet. */
    void connected(InstanceStream stream);

    /** The instance took no connection. */
    void refused();

    /** The head of a response, also of an informational one. */
    void head(HttpResponse response);

    /** A part of the response; the listener takes it over. */
    void content(HttpContent content);

    /** What has come was told; more may come later. */
    void responseRead();

    /** Whether the instance takes what is written as fast as it comes, from now on. */
    void instanceWritable(boolean writable);

    /** The connection ended before the response did. */
    void brokenOff();

    /**
     * The instance sent what is no HTTP, or can be read in two ways; the connection is closed.
     *
     * @param reason what is wrong with it, to follow a colon
     */
    void unreadable(String reason);

    /** What came after {@link InstanceStream#tunnel}; the listener takes it over. */
    void tunnelled(ByteBuf bytes);
  }

  /** Whether it has carried another request before, so that the instance may have closed it. */
  boolean used();

  /** Whether a request may be sent on it; if not, it can only be closed. One system call. */
  boolean isQuiet();

  /** Writes the head of a request, whose response is told to that listener. */
  void begin(Listener listener, HttpRequest request);

  /** Writes a part of the request's body. Takes it over. */
  void write(HttpContent part);

  /** Writes bytes, after {@link #tunnel}. Takes them over. */
  void write(ByteBuf bytes);

  /** Sends what was written. */
  void flush();

  /** Whether the instance takes what is written as fast as it comes. */
  boolean isWritable();

  /** How many bytes the instance has to take before the stream is writable; 0 if it is. */
  long bytesBeforeWritable();

  /** Whether what the instance sends is to be taken from now on. */
  void read(boolean wanted);

  /** It was opened for a request that has ended since. */
  void unused();

  /** The response has ended, and so has the request. */
  void release();

  /**
   * Nobody wants the rest of the response.
   *
   * @param complete whether the whole request was sent
   */
  void discard(boolean complete);

  void close();

  /** From now on both sides send bytes. */
  void tunnel();
}
