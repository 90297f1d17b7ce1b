package zaguan.gateway.scaling;

/** A request that waits. Told once, on any thread, unless it {@link Wakers#leave leaves} before. */
public interface Waiter {

  /** There is an instance. */
  void awake();

  /** There will be none for now. */
  void failed(WakeFailure why);
}
