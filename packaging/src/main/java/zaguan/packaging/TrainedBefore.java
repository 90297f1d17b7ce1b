package zaguan.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The AOT caches of images, kept in the user's cache. Two trainings never write the same bytes, so
 * equal inputs get the cache of the first.
 *
 * @param runtime a linked one
 * @param flags of the JVM
 */
record TrainedBefore(Path runtime, Path jar, Path requests, List<String> flags) {

  /** A cache has some 60 MB; older caches are deleted. */
  private static final int KEPT = 10;

  void orTrain(Path output) throws IOException, InterruptedException {
    Path kept = caches().resolve(inputs() + ".aot");
    if (!Files.exists(kept)) {
      new Training(runtime, jar, output, Script.in(requests), flags, Main.PATIENCE).run();
      Files.delete(output.resolveSibling(output.getFileName() + ".log"));
      Files.createDirectories(kept.resolveSibling("."));
      Path unfinished = Files.createTempFile(kept.resolveSibling("."), "unfinished", ".aot");
      Files.copy(output, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
    }
    // If two builds trained at once, both take the cache that is kept.
    Files.copy(kept, output, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
    forgetOlder(kept.resolveSibling("."));
  }

  private static void forgetOlder(Path folder) throws IOException {
    record Cache(Path file, FileTime used) {}
    List<Cache> caches = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.aot")) {
      for (Path file : files) {
        caches.add(new Cache(file, Files.getLastModifiedTime(file)));
      }
    }
    caches.sort(Comparator.comparing(Cache::used).reversed());
    for (Cache cache : caches.subList(Math.min(KEPT, caches.size()), caches.size())) {
      Files.deleteIfExists(cache.file());
    }
  }

  private String inputs() throws IOException {
    MessageDigest digest = sha256();
    try (DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
        Stream<Path> files = Files.walk(runtime)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Files.copy(file, out);
      }
      Files.copy(jar, out);
      Files.copy(requests, out);
      Files.copy(trainer(), out);
      out.write(flags.toString().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
  }

  /** This program is an input, too: another way to train makes another cache. */
  private static Path trainer() {
    try {
      return Path.of(
          TrainedBefore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Path caches() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path base =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return base.resolve("zaguan").resolve("aot");
  }
}
