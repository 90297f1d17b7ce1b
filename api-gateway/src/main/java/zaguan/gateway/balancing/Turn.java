package zaguan.gateway.balancing;

/**
 * One request at one instance, from the choice to its end. Whoever took it tells what comes of it:
 * one of {@link #answered}, {@link #refused}, {@link #broken}, {@link #late} or nothing, and in any
 * case {@link #end}. Used by one thread at a time.
 */
public final class Turn {

  private final Upstream upstream;
  private final Member member;
  private final long began;
  private boolean settled;
  private boolean ended;

  Turn(Upstream upstream, Member member, long now) {
    this.upstream = upstream;
    this.member = member;
    began = now;
    member.inFlight.incrementAndGet();
    member.latency.asked(now);
    member.ejection.asked();
  }

  /** Whom to ask. */
  public Member member() {
    return member;
  }

  /**
   * The response begins.
   *
   * @param status its HTTP status; 500 and above are failures of the instance, except 501 and 505,
   *     which speak of the request
   */
  public void answered(int status) {
    if (!settle()) {
      return;
    }
    long now = upstream.now();
    if (status < 500 || status == 501 || status == 505) {
      member.latency.answered(now, now - began);
      upstream.succeeded(member);
    } else {
      member.latency.failed(now, now - began);
      upstream.failed(member, false);
    }
  }

  /** It took no connection. */
  public void refused() {
    fail(true);
  }

  /** The connection broke before a response began. */
  public void broken() {
    fail(false);
  }

  /** No response began in the time that there was. */
  public void late() {
    if (settle()) {
      long now = upstream.now();
      member.latency.abandoned(now, now - began);
      upstream.failed(member, false);
    }
  }

  /** Nothing more will come, or is waited for. Again: no effect. */
  public void end() {
    if (ended) {
      return;
    }
    ended = true;
    member.inFlight.decrementAndGet();
    if (settle()) {
      long now = upstream.now();
      member.latency.abandoned(now, now - began);
      member.ejection.left();
    }
  }

  private void fail(boolean refused) {
    if (settle()) {
      long now = upstream.now();
      member.latency.failed(now, now - began);
      upstream.failed(member, refused);
    }
  }

  private boolean settle() {
    boolean first = !settled;
    settled = true;
    return first;
  }
}
