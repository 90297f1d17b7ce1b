package zaguan.stack;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tells when something below some folders, or a file, is saved. Nothing is polled. */
final class SourceWatch implements AutoCloseable {

  /** An editor that saves writes more than once. */
  private static final long QUIET_MILLIS = 30;

  private final List<Path> folders;
  private final Path file;
  private final WatchService watch;

  /**
   * @param folders with all that is below them
   * @param file alone of all that is in its folder
   */
  SourceWatch(List<Path> folders, Path file) throws IOException {
    this.folders = List.copyOf(folders);
    this.file = file;
    watch = FileSystems.getDefault().newWatchService();
    register(file.resolveSibling("."));
    register();
  }

  /** Returns after the next save, when all its files are written. */
  void await() throws IOException, InterruptedException {
    WatchKey key = watch.take();
    while (!isSave(key)) {
      key = watch.take();
    }
    while (key != null) {
      register();
      key = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
      if (key != null) {
        isSave(key);
      }
    }
  }

  private boolean isSave(WatchKey key) {
    List<WatchEvent<?>> events = key.pollEvents();
    key.reset();
    Path folder = (Path) key.watchable();
    return folders.stream().anyMatch(folder::startsWith)
        || events.stream().anyMatch(event -> file.getFileName().equals(event.context()));
  }

  /** Folders that are new are watched, too; those that are watched stay so. */
  private void register() throws IOException {
    for (Path folder : folders) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
                throws IOException {
              register(each);
              return FileVisitResult.CONTINUE;
            }

            // It has gone meanwhile, which its folder tells.
            @Override
            public FileVisitResult visitFileFailed(Path each, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  private void register(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      folder.register(watch, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
