package zaguan.stack;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells when something below some folders is saved. The kernel tells it; nothing is polled. */
final class SourceWatch implements AutoCloseable {

  /** An editor that saves writes more than once. */
  private static final long QUIET_MILLIS = 30;

  private final List<Path> folders;
  private final WatchService watch;

  SourceWatch(List<Path> folders) throws IOException {
    this.folders = List.copyOf(folders);
    watch = FileSystems.getDefault().newWatchService();
    register();
  }

  /** Returns after the next save, when all its files are written. */
  void await() throws InterruptedException {
    drop(watch.take());
    while (drop(watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS))) {
      register();
    }
    register();
  }

  private static boolean drop(@Nullable WatchKey key) {
    if (key == null) {
      return false;
    }
    key.pollEvents();
    key.reset();
    return true;
  }

  /** Folders that are new are watched, too; those that are watched stay so. */
  private void register() {
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> below = Files.walk(folder)) {
          for (Path each : below.filter(Files::isDirectory).toList()) {
            each.register(watch, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
