package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.pages.OwnPage;
import zaguan.gateway.pages.Page;
import zaguan.gateway.pages.Pages;

/** Answers a request for one of the gateway's own pages. */
final class AnswerOwnPages implements Call.Step {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerOwnPages.class);

  private static final long PATIENCE_SECONDS = 10;

  private final Pages pages;

  AnswerOwnPages(Pages pages) {
    this.pages = pages;
  }

  @Override
  public Next take(Call call) {
    String uri = call.request().uri();
    String path = Requests.path(uri);
    if (!pages.isOwn(path) || MatchRoute.isByName(path)) {
      return Next.ON;
    }
    OwnPage page = pages.at(path);
    HttpMethod method = call.request().method();
    if (page == null) {
      return Next.end(new Outcome.NoPage(path));
    }
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    if (page.isTold() ? !method.equals(HttpMethod.POST) : !reads) {
      return Next.end(
          new Outcome.NotForPage(path, method.name(), page.isTold() ? "POST" : "GET, HEAD"));
    }
    if (page.isTold() && !call.client().trusted()) {
      return Next.end(new Outcome.NotTrusted(path));
    }
    String query = path.length() < uri.length() ? uri.substring(path.length() + 1) : "";
    String accept = call.request().headers().get(HttpHeaderNames.ACCEPT, "");
    ask(page, new OwnPage.Asked(query, accept))
        .whenComplete((said, failure) -> tell(call, path, said, failure));
    return Next.NONE;
  }

  private static CompletionStage<Page> ask(OwnPage page, OwnPage.Asked asked) {
    try {
      return page.get(asked)
          .toCompletableFuture()
          .copy()
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Any thread. */
  private static void tell(
      Call call, String path, @Nullable Page said, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.error("The page {} failed, in request {}", path, call.record().requestId(), failure);
    }
    try {
      call.client()
          .loop()
          .execute(
              () -> {
                if (said == null) {
                  call.fail(new Outcome.PageFailed(path));
                } else {
                  call.answer(said);
                }
              });
    } catch (RejectedExecutionException stopped) {
      LOG.debug("The page {} came when the gateway had stopped", path);
    }
  }
}
