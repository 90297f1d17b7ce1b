package zaguan.gateway.call;

/**
 * Reads a target that is a whole URI as origin-form, and answers what is asked of the gateway
 * itself and not of a path: OPTIONS, and TRACE, which is refused.
 */
final class AnswerForGateway implements Call.Step {

  @Override
  public Next take(Call call) {
    call.request().setUri(Requests.originForm(call.request()));
    Outcome own = Requests.forGateway(call.request());
    return own == null ? Next.ON : Next.end(own);
  }
}
