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
    String path = Requests.path(call.request().uri());
    if (!pages.isOwn(path)) {
      return Next.ON;
    }
    OwnPage page = pages.at(path);
    HttpMethod method = call.request().method();
    if (page == null) {
      return Next.end(new Outcome.NoPage(path));
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return Next.end(new Outcome.ReadOnly(path, method.name()));
    }
    ask(page, call.request().headers().get(HttpHeaderNames.ACCEPT, ""))
        .whenComplete((said, failure) -> tell(call, path, said, failure));
    return Next.NONE;
  }

  private static CompletionStage<Page> ask(OwnPage page, String accept) {
    try {
      return page.get(accept)
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
