package zaguan.gateway.pages;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The gateway's own pages, by their paths. Any thread. */
@Singleton
public final class Pages {

  private static final String OWN = "/-/";

  private final Map<String, OwnPage> byPath;

  /** With these pages, of which no two may have the same path. */
  public Pages(Collection<OwnPage> all) {
    byPath = all.stream().collect(Collectors.toUnmodifiableMap(OwnPage::path, Function.identity()));
  }

  /** Whether a path is the gateway's, and not a service's. */
  public boolean isOwn(String path) {
    return path.startsWith(OWN) || path.equals("/");
  }

  /** The page at that path; null if there is none. */
  public @Nullable OwnPage at(String path) {
    return byPath.get(path);
  }
}
