package zaguan.gateway.transport;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Instances may be registered by a name. The system's resolver waits, so it is asked on a thread of
 * its own; Netty's own use of it would hold up all that an event loop has.
 */
final class HostNames {

  static final AddressResolverGroup<InetSocketAddress> RESOLVER =
      new AddressResolverGroup<>() {
        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
          return new SystemResolver(executor).asAddressResolver();
        }
      };

  private HostNames() {}

  /** Resolved if the host is an address. */
  static InetSocketAddress address(String host, int port) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return address == null
        ? InetSocketAddress.createUnresolved(host, port)
        : new InetSocketAddress(address, port);
  }

  private static final class SystemResolver extends InetNameResolver {

    SystemResolver(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) {
      Thread.startVirtualThread(
          () -> {
            try {
              promise.trySuccess(InetAddress.getByName(name));
            } catch (UnknownHostException e) {
              promise.tryFailure(e);
            }
          });
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
      Thread.startVirtualThread(
          () -> {
            try {
              promise.trySuccess(List.of(InetAddress.getAllByName(name)));
            } catch (UnknownHostException e) {
              promise.tryFailure(e);
            }
          });
    }
  }
}
