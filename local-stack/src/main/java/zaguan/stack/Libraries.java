package zaguan.stack;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a service is made of but its own classes: the runnable jar without them, and an archive in
 * which the JVM finds the jar's classes parsed. A JVM that has the archive starts in half the time,
 * and takes it whatever comes behind the jar on the class path.
 *
 * @param folder named by the content of the jar
 * @param mainClass of the service
 */
record Libraries(Path folder, String mainClass) {

  private static final String SERVICES = "META-INF/services/";

  /**
   * Takes a service's own classes out of its jar.
   *
   * @param own the folder of the service's classes and resources, as they are in the jar
   * @param folder in which that of the libraries is made
   */
  static Libraries of(Path jar, Path own, Path folder) {
    try (JarFile from = new JarFile(jar.toFile())) {
      Path unfinished = Files.createDirectories(folder).resolve("libraries.unfinished");
      try (JarOutputStream to =
          new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
        to.setLevel(0); // The JVM reads it faster.
        for (JarEntry entry : Collections.list(from.entries())) {
          byte[] content = withoutOwn(from, entry, own);
          if (content != null) {
            JarEntry copy = new JarEntry(entry.getName());
            copy.setTime(0); // The same libraries are the same jar.
            to.putNextEntry(copy);
            to.write(content);
            to.closeEntry();
          }
        }
      }
      String mainClass =
          from.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (mainClass == null) {
        throw new StackFailure(jar + " has no Main-Class: it is not a runnable jar");
      }
      Path named =
          folder.resolve(ContentHash.of(unfinished).and(Runtime.version().toString()).hex());
      Libraries libraries = new Libraries(named, mainClass);
      if (!Files.exists(libraries.jar())) {
        Files.createDirectories(named);
        Files.move(unfinished, libraries.jar());
      }
      Files.deleteIfExists(unfinished);
      return libraries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null for what is the service's own alone. */
  private static byte @Nullable [] withoutOwn(JarFile from, JarEntry entry, Path own)
      throws IOException {
    Path same = own.resolve(entry.getName());
    boolean isOwn = !entry.isDirectory() && Files.isRegularFile(same);
    if (isOwn && !entry.getName().startsWith(SERVICES)) {
      return null;
    }
    try (InputStream in = from.getInputStream(entry)) {
      byte[] content = in.readAllBytes();
      if (!isOwn) {
        return content;
      }
      // Of all libraries together.
      Set<String> lines =
          new String(content, StandardCharsets.UTF_8)
              .lines()
              .collect(Collectors.toCollection(LinkedHashSet::new));
      Files.readAllLines(same).forEach(lines::remove);
      return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }
  }

  Path jar() {
    return folder.resolve("libraries.jar");
  }

  /** Where a JVM writes down which classes it loads. */
  Path classList() {
    return folder.resolve("classes.list");
  }

  private Path archive() {
    return folder.resolve("classes.jsa");
  }

  boolean areArchived() {
    return Files.isRegularFile(archive());
  }

  /** A flag with which a JVM writes the list of which the archive is made, until it ends. */
  String listing() {
    return "-XX:DumpLoadedClassList=" + classList();
  }

  /** Flags with which a JVM uses the archive; none while there is no archive. */
  List<String> flags() {
    return areArchived() ? List.of("-XX:SharedArchiveFile=" + archive()) : List.of();
  }

  /**
   * Makes the archive, of the list that a JVM has written.
   *
   * @param flags of the service's JVM; the archive fits no others
   * @return whether the JVM made it; its log lies beside it
   */
  boolean archive(List<String> flags) {
    Path unfinished = folder.resolve("classes.unfinished");
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + classList(),
            "-XX:SharedArchiveFile=" + unfinished,
            "-cp",
            jar().toString()));
    Program.Result dumped = Program.run(folder, Map.of(), command);
    StackState.write(folder.resolve("classes.log"), dumped.output());
    try {
      if (dumped.succeeded() && Files.exists(unfinished)) {
        Files.move(unfinished, archive());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return areArchived();
  }
}
