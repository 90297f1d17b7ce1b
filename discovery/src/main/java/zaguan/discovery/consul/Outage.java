package zaguan.discovery.consul;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Consul is away, as seen by all that ask it. Logs the beginning once and the end once. */
public final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  @GuardedBy("this")
  private final Set<Question> failing = EnumSet.noneOf(Question.class);

  private final Duration settle;
  private final InstantSource clock;
  private final Consumer<Boolean> onChange;

  @GuardedBy("this")
  private @Nullable Instant since;

  @GuardedBy("this")
  private Instant settled = Instant.MIN;

  /**
   * @param settle for how long after an outage an instance that Consul no longer lists is not
   *     believed gone
   * @param onChange told true when one begins and false when it ends, by the thread that noticed,
   *     under this object's lock
   */
  public Outage(Duration settle, InstantSource clock, Consumer<Boolean> onChange) {
    this.settle = settle;
    this.clock = clock;
    this.onChange = onChange;
  }

  public synchronized void failed(Question question, Exception reason) {
    failing.add(question);
    if (since == null) {
      since = clock.instant();
      onChange.accept(true);
      LOG.warn(
          "Consul is away; what it said last stays in force. {}: {}", question, reason.toString());
    }
  }

  public synchronized void answered(Question question) {
    failing.remove(question);
    if (since != null && failing.isEmpty()) {
      LOG.info("Consul is back after {}", Duration.between(since, clock.instant()));
      since = null;
      onChange.accept(false);
      settled = clock.instant().plus(settle);
    }
  }

  /** Whether what Consul no longer lists is to be believed gone. */
  public synchronized boolean trustsAbsence() {
    return since == null && !clock.instant().isBefore(settled);
  }

  /** The soonest moment at which it is to be believed. */
  public synchronized Instant settledAt() {
    return since == null ? settled : clock.instant().plus(settle).plusSeconds(1);
  }
}
