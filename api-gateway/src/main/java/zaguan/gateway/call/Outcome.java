package zaguan.gateway.call;

import java.time.Duration;
import zaguan.gateway.scaling.WakeFailure;

/** Why a request got no answer from an instance. */
public sealed interface Outcome {

  /** It is no HTTP that can be read in one way only. */
  record Malformed(String reason) implements Outcome {}

  /** Its head is longer than {@code gateway.max-head}. */
  record HeadTooLarge() implements Outcome {}

  /** Its body is longer than the service takes. */
  record BodyTooLarge(String service, long most) implements Outcome {}

  /** It did not come to its end in time; the reason says what took too long. */
  record TooSlow(String reason) implements Outcome {

    /** For the transport, which waits for heads. */
    public static TooSlow head(Duration limit) {
      return new TooSlow("its head took over " + limit.toSeconds() + " s");
    }

    static TooSlow standing(Duration limit) {
      return new TooSlow("nothing of its body came for " + limit.toSeconds() + " s");
    }

    static TooSlow body(long leastRate) {
      return new TooSlow("its body came with less than " + leastRate + " bytes a second");
    }
  }

  /** A method that is none of a gateway's, such as CONNECT. */
  record NotImplemented(String method) implements Outcome {}

  /** Its version of HTTP is another protocol than HTTP/1.x. */
  record VersionNotSupported(String version) implements Outcome {}

  /** A method that is refused whatever the path: TRACE shows what a proxy has added. */
  record NotAllowed(String method) implements Outcome {}

  /** OPTIONS that asks of the gateway itself: no failure. */
  record Options() implements Outcome {}

  /** The path leaves its prefix. */
  record BadPath() implements Outcome {}

  /** No public service has the path. */
  record NoRoute(String path) implements Outcome {}

  /** No page of the gateway's own has the path. */
  record NoPage(String path) implements Outcome {}

  /** A page of the gateway's own is asked by other methods. */
  record NotForPage(String path, String method, String allowed) implements Outcome {}

  /** The path is for clients that the gateway trusts. */
  record NotTrusted(String path) implements Outcome {}

  /** A service is called by a name that none has. */
  record NoService(String name) implements Outcome {}

  /** A page of the gateway's own did not come. */
  record PageFailed(String path) implements Outcome {}

  /** Consul has not answered since the gateway started. */
  record NotLoaded() implements Outcome {}

  /** The service is known, and none of its instances is healthy. */
  record NoInstance(String service) implements Outcome {}

  /** The service sleeps, and does not wake. */
  record Asleep(WakeFailure why) implements Outcome {}

  /** As many requests as the service bears wait for it already. */
  record Overloaded(String service) implements Outcome {}

  /** The instance took no connection, or closed it before it answered; so did others, if asked. */
  record BrokenOff(String service, String address) implements Outcome {}

  /** The instance answered, and not in HTTP/1.1 that can be read in one way only. */
  record Unreadable(String service, String address, String reason) implements Outcome {}

  /** The time that the caller had said in its request was over before a response began. */
  record CallerGone(String service) implements Outcome {}

  /** The instance did not answer in time. */
  record TooLate(String service, String address) implements Outcome {}
}
