package zaguan.discovery.consul;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Consul answers, but not for this service, however often it is asked. */
public final class UnreadableException extends IOException {

  private static final long serialVersionUID = 1;

  UnreadableException(String reason, @Nullable Exception cause) {
    super(reason, cause);
  }
}
