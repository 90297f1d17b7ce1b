package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.logging.Printable;

/**
 * What the log says of an instance's responses: the first at once, then one a minute, with the
 * number of those in between. Whatever the instance sends, a line stays a line, and short.
 */
final class Complaints {

  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);
  private static final int LONGEST = 240;

  @GuardedBy("this")
  private boolean any;

  @GuardedBy("this")
  private long last;

  @GuardedBy("this")
  private long untold;

  /** The line, or null if it is to be left out. */
  synchronized @Nullable String line(String what, long now) {
    if (any && now - last < PAUSE) {
      untold++;
      return null;
    }
    String shown = Printable.of(what, LONGEST);
    String line = untold == 0 ? shown : shown + "; " + untold + " more in between";
    any = true;
    last = now;
    untold = 0;
    return line;
  }
}
