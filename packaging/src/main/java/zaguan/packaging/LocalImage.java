package zaguan.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An image of one layer, made of this machine's own files: programs, and the libraries that they
 * need. An archive as {@code docker save} writes it; equal files give equal bytes. For machines
 * without a registry: the libraries get no updates but those of this machine.
 */
public final class LocalImage {

  /** As in the distroless images. */
  private static final String NON_ROOT = "65532";

  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final SortedSet<String> folders = new TreeSet<>();

  /** Files that any program may need: its user, and how names are looked up. */
  private LocalImage() {
    add("/etc/passwd", "root:x:0:0:root:/:/x\nnonroot:x:65532:65532:nonroot:/tmp:/x\n");
    add("/etc/group", "root:x:0:\nnonroot:x:65532:\n");
    add("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
  }

  /** An image with the libraries that these programs need, without the programs themselves. */
  static LocalImage beneath(Collection<Path> programs, Path exceptBelow)
      throws IOException, InterruptedException {
    LocalImage image = new LocalImage();
    for (Path library : Libraries.of(programs)) {
      if (!library.startsWith(exceptBelow)) {
        image.add(library.toString(), Files.readAllBytes(library));
      }
    }
    return image;
  }

  /**
   * An image with a program of this machine, at the same path as here.
   *
   * @param program absolute
   */
  public static LocalImage of(Path program) throws IOException, InterruptedException {
    LocalImage image = beneath(List.of(program), program);
    image.add(program.toString(), Files.readAllBytes(program));
    return image;
  }

  /**
   * Writes the image as an archive.
   *
   * @param name as in {@code zaguan/haproxy}
   * @param entrypoint empty for none
   * @return the image's name, with a tag made of its content
   */
  public String write(Path archive, String name, List<String> entrypoint) throws IOException {
    byte[] layer = layer();
    String config =
        """
        {"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z",\
        "config":{"User":"%s:%s","Entrypoint":[%s],"WorkingDir":"/"},\
        "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},\
        "history":[{"created":"1970-01-01T00:00:00Z","created_by":"zaguan"}]}\
        """
            .formatted(
                architecture(),
                NON_ROOT,
                NON_ROOT,
                entrypoint.stream()
                    .map(each -> "\"" + each + "\"")
                    .collect(Collectors.joining(",")),
                sha256(layer));
    byte[] configuration = config.getBytes(StandardCharsets.UTF_8);
    String id = sha256(configuration);
    String tagged = name + ":" + id.substring(0, 12);
    Tar tar = new Tar();
    tar.file(id + ".json", 0644, configuration);
    tar.file("layer.tar", 0644, layer);
    String manifest =
        "[{\"Config\":\"%s.json\",\"RepoTags\":[\"%s\"],\"Layers\":[\"layer.tar\"]}]"
            .formatted(id, tagged);
    tar.file("manifest.json", 0644, manifest.getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(archive.toAbsolutePath().resolveSibling("."));
    Files.write(archive, tar.end());
    return tagged;
  }

  private byte[] layer() {
    Tar tar = new Tar();
    tar.folder("/tmp", 01777);
    folders.forEach(folder -> tar.folder(folder, 0755));
    files.forEach(
        (path, content) -> tar.file(path, path.startsWith("/etc/") ? 0644 : 0755, content));
    return tar.end();
  }

  private void add(String path, String content) {
    add(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private void add(String path, byte[] content) {
    files.put(path, content);
    for (Path above = Path.of(path).getParent(); above != null; above = above.getParent()) {
      if (above.getNameCount() > 0) {
        folders.add(above.toString());
      }
    }
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
