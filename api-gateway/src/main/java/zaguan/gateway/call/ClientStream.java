package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import zaguan.gateway.pages.Page;

/**
 * Where the request of a call comes from, and where its response goes: a client's connection, or a
 * stream of it in HTTP/2. The transport implements it. Only on the event loop of the call. While
 * one of these methods runs, it may tell the call that the client has gone.
 */
public interface ClientStream {

  /**
   * Who is told what the client does, on the event loop. The stream tells it nothing before {@link
   * #begin}, and nothing after it was told {@link #gone}, or has called a method that ends the
   * call.
   */
  interface Listener {

    /** The head of the request is there; by now the stream tells this listener all else. */
    void begin();

    /** A part of the request's body; the listener takes it over. */
    void body(HttpContent part);

    /** What has come was told; more may come later. */
    void requestRead();

    /** What comes of the body cannot be read. */
    void malformed(Throwable cause);

    /** Whether the client takes what is written as fast as it comes, from now on. */
    void clientWritable(boolean writable);

    /** What came after {@link ClientStream#tunnel}; the listener takes it over. */
    void tunnelledByClient(ByteBuf bytes);

    /** The client has gone. */
    void gone();

    /**
     * Some time has passed.
     *
     * @param now as {@link CallLoop#ticks} says
     */
    void tick(long now);
  }

  /** The event loop that this stream and its call keep to. */
  CallLoop loop();

  /** By which the request is found in all logs. */
  String requestId();

  /** The address of the client; empty if it has none. */
  String peer();

  /** Whether the client's word on where the request came from is taken. */
  boolean trusted();

  boolean http2();

  /** Whether the client knows HTTP/1.0 only. */
  boolean http10();

  /** Answers in place of an instance. The call has ended, and is told nothing more. */
  void answer(Outcome outcome);

  /** Answers with a page. The call has ended, and is told nothing more. */
  void answer(Page page);

  /** Writes the head of a response that is not informational. */
  void head(HttpResponse response);

  /** Writes a part of the response, or an interim response. */
  void write(HttpObject part);

  /** Writes bytes, after {@link #tunnel}. Takes them over. */
  void write(ByteBuf bytes);

  /** Sends what was written. */
  void flush();

  /** The connection ends with this response. */
  void endAfterThis();

  /** Whether what the client sends is taken at present. */
  boolean reads();

  /** Whether what the client sends is to be taken from now on. */
  void read(boolean wanted);

  /** Whether the client takes what is written as fast as it comes. */
  boolean isWritable();

  /** How many bytes the client has to take before the stream is writable; 0 if it is. */
  long bytesBeforeWritable();

  /** The whole response was written. The call has ended, and is told nothing more. */
  void responseEnded();

  /**
   * The response is broken, and the client must see that it is. The call has ended, and is told
   * nothing more.
   */
  void abort();

  /** From now on both sides send bytes. */
  void tunnel();

  /** Ends the connection when what was written was sent. The call has ended. */
  void closeAfterWrites();
}
