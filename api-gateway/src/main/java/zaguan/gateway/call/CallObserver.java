package zaguan.gateway.call;

/**
 * Who is told of every call, once, whatever its ending. On the event loop of the call, so that it
 * must not wait. What it throws is logged, and harms no call.
 */
public interface CallObserver {

  /**
   * The call has ended. The client may not have been told yet.
   *
   * @param call complete; nothing changes it any more, so that it may be handed to any thread
   */
  void ended(CallRecord call);
}
