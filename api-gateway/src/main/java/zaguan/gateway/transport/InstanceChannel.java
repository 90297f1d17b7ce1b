package zaguan.gateway.transport;

import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A socket to an instance. Only on its event loop. */
final class InstanceChannel extends NioSocketChannel {

  /**
   * Whether it is open and nothing has come on it that was not read: a request that is sent now
   * does not get an answer that was there before. One system call.
   *
   * @param one takes the byte that there is, if any: what is not quiet can only be closed
   */
  boolean isQuiet(ByteBuffer one) {
    try {
      return isActive() && javaChannel().read(one.clear()) == 0;
    } catch (IOException reset) {
      return false;
    }
  }

  /** What waits to be written has failed: it is no longer asked whether it could be. */
  void writesNoMore() {
    clearOpWrite();
  }
}
