package zaguan.gateway.call;

/** What comes after a step of a call. */
sealed interface Next {

  /** The next step, at once. */
  Next ON = Go.ON;

  /** The next step, when what has come of the request at once was read. */
  Next ONCE_READ = Go.ONCE_READ;

  /** No step: this one ends the call, later. */
  Next NONE = Go.NONE;

  enum Go implements Next {
    ON,
    ONCE_READ,
    NONE
  }

  /** The call ends with an answer of the gateway's. */
  record End(Outcome why) implements Next {}

  static Next end(Outcome why) {
    return new End(why);
  }
}
