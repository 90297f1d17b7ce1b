package zaguan.gateway.call;

import zaguan.discovery.balancing.Attempt;

/** Whose fault it is that a call did not end well. */
public enum Fault {
  /** It ended well. */
  NOBODY,
  CLIENT,
  /** No instance of the service could be asked, or too many requests wait for it. */
  SERVICE,
  /** The instance that was asked last. */
  INSTANCE,
  GATEWAY;

  static Fault of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Options() -> NOBODY;
      case Outcome.Malformed _,
          Outcome.HeadTooLarge _,
          Outcome.BodyTooLarge _,
          Outcome.TooSlow _,
          Outcome.NotImplemented _,
          Outcome.VersionNotSupported _,
          Outcome.NotAllowed _,
          Outcome.BadPath _,
          Outcome.NoRoute _,
          Outcome.NoPage _,
          Outcome.NotForPage _,
          Outcome.NotTrusted _,
          Outcome.CallerGone _ ->
          CLIENT;
      case Outcome.NoService _, Outcome.NoInstance _, Outcome.Asleep _, Outcome.Overloaded _ ->
          SERVICE;
      case Outcome.BrokenOff _, Outcome.Unreadable _, Outcome.TooLate _ -> INSTANCE;
      case Outcome.NotLoaded _, Outcome.PageFailed _ -> GATEWAY;
    };
  }

  /** By the status of an instance's response. */
  static Fault of(int status) {
    return Attempt.isFailure(status) ? INSTANCE : status < 400 ? NOBODY : CLIENT;
  }
}
