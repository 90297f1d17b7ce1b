package zaguan.gateway.pages;

import java.util.concurrent.CompletionStage;

/**
 * One of the gateway's own pages, at a path that no service can have. To add a page, make a bean of
 * this type. Any thread.
 */
public interface OwnPage {

  /** {@code /}, or a path below {@code /-/}. */
  String path();

  /**
   * What it says now; called on an event loop, so that it must not wait.
   *
   * @param accept the media types that the client takes, as in its request; empty if it names none
   */
  CompletionStage<Page> get(String accept);
}
