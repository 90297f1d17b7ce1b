package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.call.ClientStream;
import zaguan.gateway.call.Outcome;

/**
 * The requests of a client's stream, in their order, one at a time: a call is made of each. Only on
 * its event loop.
 */
final class RequestTurns implements HttpClientStream.Owner {

  private enum Phase {
    /** For a request. */
    WAITING,
    /** A call is under way. */
    SERVING,
    /** The call has ended, and the rest of its request is thrown away. */
    ANSWERED,
    /** Nothing more is taken, and the stream is closed soon. */
    CLOSING;

    boolean mayBecome(Phase next) {
      return switch (this) {
        case WAITING -> next == SERVING || next == CLOSING;
        case SERVING -> next != SERVING;
        case ANSWERED -> next == WAITING || next == CLOSING;
        case CLOSING -> next == CLOSING;
      };
    }
  }

  /** For a head, from its first byte to its last. */
  static final Duration HEAD = Duration.ofSeconds(10);

  /** Until the next request; HAProxy keeps its connections to a gateway for less. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(120);

  private final ChannelHandlerContext context;
  private final Transport transport;
  private final Loop loop;
  private final @Nullable RequestCodec codec;
  private final ClientPeer peer;
  private final CurrentRequest request = new CurrentRequest();
  private final Pipelined pipelined = new Pipelined();
  private final HttpClientStream stream;
  private Phase phase = Phase.WAITING;

  /** The call that is under way; null between calls. */
  private ClientStream.@Nullable Listener call;

  private @Nullable Farewell farewell;

  /** A message that waited is being taken. */
  private boolean advancing;

  private long since;

  /**
   * @param codec of HTTP/1.1; null for a stream of HTTP/2
   */
  RequestTurns(
      ChannelHandlerContext context,
      Transport transport,
      Loop loop,
      @Nullable RequestCodec codec,
      ClientPeer peer) {
    this.context = context;
    this.transport = transport;
    this.loop = loop;
    this.codec = codec;
    this.peer = peer;
    stream = new HttpClientStream(this, context, transport, loop, codec, request, peer);
    since = loop.now();
  }

  private void enter(Phase next) {
    if (!phase.mayBecome(next)) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  // What the client does.

  /** A message has come; taken over. */
  void read(Object message) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf bytes && call != null) {
      call.tunnelledByClient(bytes);
    } else if (!pipelined.isEmpty() || (message instanceof HttpRequest && busy())) {
      pipelined.add(message);
      stream.read(false);
    } else {
      accept(message);
    }
  }

  /** What has come was told. */
  void readComplete() {
    if (call != null) {
      call.requestRead();
    }
  }

  void writable(boolean writable) {
    if (call != null) {
      call.clientWritable(writable);
    }
  }

  /** The client has gone. */
  void gone() {
    pipelined.release();
    ClientStream.Listener left = call;
    call = null;
    enter(Phase.CLOSING);
    if (left != null) {
      left.gone();
    }
  }

  private void accept(Object message) {
    if (message instanceof FullHttpRequest whole && whole.decoderResult().isSuccess()) {
      // A stream of HTTP/2 that ended with its head.
      whole.release();
      begin(
          new DefaultHttpRequest(
              whole.protocolVersion(), whole.method(), whole.uri(), whole.headers()));
      request.end();
      body(LastHttpContent.EMPTY_LAST_CONTENT);
    } else if (message instanceof HttpRequest head) {
      begin(head);
    } else if (message instanceof HttpContent part) {
      if (message instanceof LastHttpContent) {
        request.end();
      }
      body(part);
    } else {
      ReferenceCountUtil.release(message); // A frame of HTTP/2 that nobody knows.
    }
  }

  private void begin(HttpRequest head) {
    enter(Phase.SERVING);
    String id = transport.requestIds().of(head.headers(), peer.trusted());
    request.begin(head, id, loop.draining());
    if (codec != null) {
      codec.head(request.toHead());
    }
    call = transport.calls().of(stream, head);
    call.begin();
  }

  private void body(HttpContent part) {
    if (part.decoderResult().isFailure()) {
      part.release();
      request.end();
      request.isTheLast();
      if (call != null) {
        call.malformed(part.decoderResult().cause());
      } else {
        close();
      }
    } else if (call != null) {
      call.body(part);
    } else {
      part.release();
      proceed();
    }
  }

  private void refuseHead() {
    request.isLost(transport.requestIds().fresh());
    enter(Phase.SERVING);
    transport.calls().refuse(stream, Outcome.TooSlow.head(HEAD));
  }

  // What calls end with.

  @Override
  public void answered() {
    call = null;
    if (phase == Phase.SERVING) { // Else it has closed while the response was sent.
      enter(Phase.ANSWERED);
      if (!request.ended()) {
        stream.read(true); // Whoever took the body may have taken no more of it.
      }
      proceed();
    }
  }

  @Override
  public void broken() {
    call = null;
  }

  @Override
  public void closeAfterWrites() {
    call = null;
    close();
  }

  // Time.

  /**
   * Looks at what takes too long.
   *
   * @param headIsLate whether a head has begun, and has not come to its end in time
   */
  void tick(long now, boolean headIsLate) {
    if (farewell != null) {
      farewell.tick(now);
    } else if (call != null) {
      call.tick(now);
    } else if (headIsLate) {
      refuseHead();
    } else if (now - since > IDLE) {
      close();
    }
  }

  boolean busy() {
    return phase != Phase.WAITING;
  }

  /** By which the request that is under way is found in all logs; null if none is. */
  @Nullable String requestId() {
    return call == null ? null : request.id();
  }

  // From one request to the next.

  /** After a response, when the request has ended too: the next one. */
  private void proceed() {
    if (phase != Phase.ANSWERED) {
      return;
    }
    if (!request.keepsAlive()) {
      if (request.ended()) {
        close();
      } else {
        takeNoMore().linger();
      }
    } else if (request.ended()) {
      enter(Phase.WAITING);
      since = loop.now();
      if (codec != null) {
        next();
      }
    }
  }

  private void next() {
    if (advancing) {
      return; // Answered at once: the loop below goes on.
    }
    advancing = true;
    while (!pipelined.isEmpty()
        && phase != Phase.CLOSING
        && !(pipelined.beginsWithRequest() && busy())) {
      accept(pipelined.next());
    }
    advancing = false;
    if (phase != Phase.CLOSING) {
      readComplete();
      if (pipelined.isEmpty()) {
        stream.read(true);
      }
    }
  }

  /** Closes when what was written was sent. */
  void close() {
    boolean answered = phase == Phase.ANSWERED || phase == Phase.WAITING;
    takeNoMore().close(answered);
  }

  /** What a client still sends is read, so that its end is seen, and thrown away. */
  private Farewell takeNoMore() {
    enter(Phase.CLOSING);
    farewell = new Farewell(context, loop, codec == null);
    pipelined.release();
    stream.read(true);
    return farewell;
  }
}
