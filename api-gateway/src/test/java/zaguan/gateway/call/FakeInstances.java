package zaguan.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Endpoint;

/** Instances without sockets: a test says what each connection does. */
final class FakeInstances implements InstanceStreams {

  /** One that a call has asked for. */
  static final class Asked implements InstanceStream {

    final Endpoint endpoint;
    final Listener listener;
    @Nullable HttpRequest request;
    boolean closed;
    boolean released;

    Asked(Endpoint endpoint, Listener listener) {
      this.endpoint = endpoint;
      this.listener = listener;
    }

    void accept() {
      listener.connected(this);
    }

    void refuse() {
      listener.refused();
    }

    void answer(int status, String body) {
      listener.head(
          new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status)));
      listener.content(new DefaultLastHttpContent(Unpooled.copiedBuffer(body, US_ASCII)));
    }

    void answerHead(int status) {
      listener.head(
          new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status)));
    }

    void breakOff() {
      listener.brokenOff();
    }

    @Override
    public boolean used() {
      return false;
    }

    @Override
    public boolean isQuiet() {
      return true;
    }

    @Override
    public void begin(Listener of, HttpRequest sent) {
      request = sent;
    }

    @Override
    public void write(HttpContent part) {
      part.release();
    }

    @Override
    public void write(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public long bytesBeforeWritable() {
      return 0;
    }

    @Override
    public void read(boolean wanted) {}

    @Override
    public void unused() {
      released = true;
    }

    @Override
    public void release() {
      released = true;
    }

    @Override
    public void discard(boolean complete) {
      closed = true;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public void tunnel() {}
  }

  private final List<Asked> asked = new ArrayList<>();

  /** The only one that was asked for since the last call. */
  Asked next() {
    if (asked.size() != 1) {
      throw new AssertionError(asked.size() + " connections were asked for");
    }
    return asked.removeFirst();
  }

  @Override
  public @Nullable InstanceStream idle(Endpoint endpoint, boolean resendable) {
    return null;
  }

  @Override
  public void connect(Endpoint endpoint, Duration timeout, InstanceStream.Listener listener) {
    asked.add(new Asked(endpoint, listener));
  }
}
