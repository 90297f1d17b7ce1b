package zaguan.gateway.pages;

import java.util.concurrent.CompletionStage;

/**
 * One of the gateway's own pages, at a path that no service can have. To add a page, make a bean of
 * this type. Any thread.
 */
public interface OwnPage {

  /** {@code /}, or a path below {@code /-/}. */
  String path();

  /** Whether it is told something, by POST; else it is read, by GET and HEAD. */
  default boolean isTold() {
    return false;
  }

  /** What it says now; called on an event loop, so that it must not wait. */
  CompletionStage<Page> get(Asked asked);

  /**
   * What the client asks.
   *
   * @param query that of the target, as it came, without its question mark; empty if there is none
   * @param accept the media types that the client takes, as in its request; empty if it names none
   */
  record Asked(String query, String accept) {}
}
