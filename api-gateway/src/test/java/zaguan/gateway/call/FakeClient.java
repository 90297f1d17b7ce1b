package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.pages.Page;

/** A client without a socket, with a loop that runs what it is given when it is told to. */
final class FakeClient implements ClientStream {

  final FakeInstances instances = new FakeInstances();
  final AtomicLong clock = new AtomicLong(1_000_000_000);
  final List<Object> answers = new ArrayList<>();
  final List<HttpResponse> heads = new ArrayList<>();
  boolean endsAfterThis;
  boolean ended;
  boolean aborted;
  boolean trusted;
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  void run() {
    for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
      next.run();
    }
  }

  @Nullable Object answer() {
    return answers.isEmpty() ? null : answers.getLast();
  }

  @Override
  public CallLoop loop() {
    return new CallLoop() {
      @Override
      public void assertInside() {}

      @Override
      public LongSupplier ticks() {
        return clock::get;
      }

      @Override
      public LongSupplier clock() {
        return clock::get;
      }

      @Override
      public boolean draining() {
        return false;
      }

      @Override
      public boolean isAboutToGo(long now) {
        return false;
      }

      @Override
      public void execute(Runnable task) {
        tasks.add(task);
      }

      @Override
      public InstanceStreams instances() {
        return instances;
      }
    };
  }

  @Override
  public String requestId() {
    return "id";
  }

  @Override
  public String peer() {
    return "192.0.2.1";
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  @Override
  public boolean http2() {
    return false;
  }

  @Override
  public boolean http10() {
    return false;
  }

  @Override
  public void answer(Outcome outcome) {
    answers.add(outcome);
  }

  @Override
  public void answer(Page page) {
    answers.add(page);
  }

  @Override
  public void head(HttpResponse response) {
    heads.add(response);
  }

  @Override
  public void write(HttpObject part) {
    ReferenceCountUtil.release(part);
  }

  @Override
  public void write(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void flush() {}

  @Override
  public void endAfterThis() {
    endsAfterThis = true;
  }

  @Override
  public boolean reads() {
    return true;
  }

  @Override
  public void read(boolean wanted) {}

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public long bytesBeforeWritable() {
    return 0;
  }

  @Override
  public void responseEnded() {
    ended = true;
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void tunnel() {}

  @Override
  public void closeAfterWrites() {
    ended = true;
  }
}
