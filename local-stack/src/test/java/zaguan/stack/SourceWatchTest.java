package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SourceWatchTest {

  @TempDir private Path folder;

  private Path sources() throws IOException {
    return Files.createDirectories(folder.resolve("src/main/java"));
  }

  private Path jobFile() {
    return folder.resolve("orders.nomad.hcl");
  }

  @Test
  void aSaveIsToldAlsoInAFolderThatIsNew() throws Exception {
    try (SourceWatch watch = new SourceWatch(List.of(sources()), jobFile())) {
      Files.writeString(sources().resolve("Orders.java"), "");
      watch.await();
      Files.createDirectories(sources().resolve("orders/model"));
      watch.await();
      Files.writeString(sources().resolve("orders/model/Order.java"), "");
      watch.await();
    }
  }

  @Test
  void ofTheJobFilesFolderOnlyTheJobFileIsTold() throws Exception {
    try (SourceWatch watch = new SourceWatch(List.of(sources()), jobFile())) {
      CompletableFuture<Void> told =
          CompletableFuture.runAsync(
              () -> {
                try {
                  watch.await();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      Files.writeString(folder.resolve("payments.nomad.hcl"), "");
      Files.createDirectories(folder.resolve("target/classes"));
      assertThatThrownBy(() -> told.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      Files.writeString(jobFile(), "");
      told.get(30, TimeUnit.SECONDS);
    }
  }
}
