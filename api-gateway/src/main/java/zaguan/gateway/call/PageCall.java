package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.pages.OwnPage;
import zaguan.gateway.pages.Page;

/** A request for one of the gateway's own pages. Only on the event loop of its client. */
final class PageCall implements ClientStream.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(PageCall.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ClientStream client;
  private final HttpRequest request;
  private final String path;
  private final @Nullable OwnPage page;
  private final long began;
  private boolean over;

  /**
   * @param page null if there is none at that path
   */
  PageCall(ClientStream client, HttpRequest request, String path, @Nullable OwnPage page) {
    this.client = client;
    this.request = request;
    this.path = path;
    this.page = page;
    began = client.loop().now();
  }

  @Override
  public void begin() {
    HttpMethod method = request.method();
    if (page == null) {
      answer(new Outcome.NoPage(path));
    } else if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      answer(new Outcome.ReadOnly(path, method.name()));
    } else {
      page.get(request.headers().get(HttpHeaderNames.ACCEPT, "")).whenComplete(this::told);
    }
  }

  /** Any thread. */
  private void told(@Nullable Page said, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.error("The page {} failed, in request {}", path, client.requestId(), failure);
    }
    try {
      client.loop().execute(() -> answer(said));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("The page {} came when the gateway had stopped", path);
    }
  }

  private void answer(@Nullable Page said) {
    if (said == null) {
      answer(new Outcome.PageFailed(path));
    } else if (!over) {
      over = true;
      client.answer(said);
    }
  }

  private void answer(Outcome outcome) {
    if (!over) {
      over = true;
      client.answer(outcome);
    }
  }

  @Override
  public void body(HttpContent part) {
    part.release();
  }

  @Override
  public void requestRead() {}

  @Override
  public void malformed(Throwable cause) {
    answer(Requests.undecodable(cause));
  }

  @Override
  public void clientWritable(boolean writable) {}

  @Override
  public void tunnelledByClient(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void gone() {
    over = true;
  }

  @Override
  public void tick(long now) {
    if (now - began > PATIENCE.toNanos()) {
      answer(new Outcome.PageFailed(path));
    }
  }
}
