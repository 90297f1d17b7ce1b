package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.call.ClientStream;
import zaguan.gateway.call.Outcome;
import zaguan.gateway.pages.Page;

/**
 * The client as its calls see it: the same for all requests of a stream. Only on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class HttpClientStream implements ClientStream {

  /** Who is told how a call has ended. */
  interface Owner {

    /** The whole response was written. */
    void answered();

    /** The response is broken; the stream is closed next. */
    void broken();

    /** The stream is to be closed when what was written was sent. */
    void closeAfterWrites();
  }

  private final Owner owner;
  private final ChannelHandlerContext context;
  private final Transport transport;
  private final Loop loop;
  private final @Nullable RequestCodec codec;
  private final CurrentRequest request;
  private final ResponseWriter writer;
  private final ClientPeer peer;

  /**
   * @param codec of HTTP/1.1; null for a stream of HTTP/2
   * @param request filled by the owner, with each request
   */
  HttpClientStream(
      Owner owner,
      ChannelHandlerContext context,
      Transport transport,
      Loop loop,
      @Nullable RequestCodec codec,
      CurrentRequest request,
      ClientPeer peer) {
    this.owner = owner;
    this.context = context;
    this.transport = transport;
    this.loop = loop;
    this.codec = codec;
    this.request = request;
    this.peer = peer;
    writer = new ResponseWriter(context, loop, request, codec == null);
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public boolean http2() {
    return codec == null;
  }

  @Override
  public boolean http10() {
    return request.http10();
  }

  @Override
  public String peer() {
    return peer.address();
  }

  @Override
  public boolean trusted() {
    return peer.trusted();
  }

  @Override
  public String requestId() {
    return request.id();
  }

  @Override
  public void answer(Outcome outcome) {
    answer(transport.problem(outcome), outcome instanceof Outcome.TooSlow);
  }

  @Override
  public void answer(Page page) {
    answer(transport.response(page), false);
  }

  private void answer(FullHttpResponse response, boolean slow) {
    request.isAnsweredEarly(slow);
    writer.answer(response);
    owner.answered();
  }

  @Override
  public void head(HttpResponse response) {
    writer.head(response);
  }

  @Override
  public void write(HttpObject part) {
    writer.write(part);
  }

  @Override
  public void write(ByteBuf bytes) {
    writer.write(bytes);
  }

  @Override
  public void flush() {
    context.flush();
  }

  @Override
  public void endAfterThis() {
    request.isTheLast();
  }

  @Override
  public boolean isWritable() {
    return channel().isWritable();
  }

  @Override
  public long bytesBeforeWritable() {
    return channel().bytesBeforeWritable();
  }

  @Override
  public boolean reads() {
    return channel().config().isAutoRead();
  }

  @Override
  public void read(boolean wanted) {
    channel().config().setAutoRead(wanted);
  }

  @Override
  public void responseEnded() {
    owner.answered();
  }

  @Override
  public void abort() {
    owner.broken();
    // The client must see that it had begun: the front door would else send the request again.
    flush();
    channel().close();
  }

  @Override
  public void tunnel() {
    flush();
    if (codec != null) {
      context.pipeline().remove(codec);
    }
    read(true);
  }

  @Override
  public void closeAfterWrites() {
    owner.closeAfterWrites();
  }

  private Channel channel() {
    return context.channel();
  }
}
