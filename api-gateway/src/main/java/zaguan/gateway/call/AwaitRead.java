package zaguan.gateway.call;

/** Waits until what has come at once was read: mostly that is the whole request. */
final class AwaitRead implements Call.Step {

  @Override
  public Next take(Call call) {
    return Next.ONCE_READ;
  }
}
