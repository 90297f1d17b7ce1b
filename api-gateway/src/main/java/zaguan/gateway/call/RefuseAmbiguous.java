package zaguan.gateway.call;

/** What can be read in two ways is read by nobody. */
final class RefuseAmbiguous implements Call.Step {

  @Override
  public Next take(Call call) {
    Outcome fault = Requests.fault(call.request());
    if (fault == null) {
      return Next.ON;
    }
    call.client().endAfterThis(); // Where the next request begins is not known either.
    return Next.end(fault);
  }
}
