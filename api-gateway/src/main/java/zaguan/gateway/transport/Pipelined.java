package zaguan.gateway.transport;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a client sent before the request in front of it was answered. Only on its event loop. */
final class Pipelined {

  private final Deque<Object> messages = new ArrayDeque<>(0);

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /** Whether another request is next. */
  boolean beginsWithRequest() {
    return messages.peek() instanceof HttpRequest;
  }

  void add(Object message) {
    messages.add(message);
  }

  Object next() {
    return messages.remove();
  }

  void release() {
    messages.forEach(ReferenceCountUtil::release);
    messages.clear();
  }
}
