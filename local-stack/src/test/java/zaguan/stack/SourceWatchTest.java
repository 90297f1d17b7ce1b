package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SourceWatchTest {

  @TempDir private Path folder;

  @Test
  void aSaveIsToldAlsoInAFolderThatIsNew() throws Exception {
    try (SourceWatch watch = new SourceWatch(List.of(folder))) {
      Files.writeString(folder.resolve("Orders.java"), "");
      watch.await();
      Files.createDirectories(folder.resolve("orders/model"));
      watch.await();
      Files.writeString(folder.resolve("orders/model/Order.java"), "");
      watch.await();
    }
  }

  @Test
  void nothingIsToldBeforeASave() throws Exception {
    try (SourceWatch watch = new SourceWatch(List.of(folder))) {
      CompletableFuture<Void> told =
          CompletableFuture.runAsync(
              () -> {
                try {
                  watch.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(told).isNotDone();
      Files.writeString(folder.resolve("Orders.java"), "");
      told.get(30, TimeUnit.SECONDS);
    }
  }
}
