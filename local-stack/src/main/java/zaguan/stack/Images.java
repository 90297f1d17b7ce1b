package zaguan.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import zaguan.packaging.LocalImage;

/**
 * What Nomad runs with the driver docker: images that are named by their content, so that a new
 * content is a new job version, and Nomad never asks a registry for them.
 */
final class Images {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * @param folder where the job files look for what was published
   */
  Images(Path folder) {
    this.folder = folder;
  }

  /** Makes the image of a service known to the engine. */
  void publish(DockerEngine engine, Service service, Progress progress) {
    Path archive = service.image();
    try {
      String id =
          JSON.readTree(archive.resolveSibling("jib-image.json").toFile()).path("imageId").asText();
      String digits = id.substring(id.indexOf(':') + 1);
      String name = "zaguan/" + service.name() + ":" + digits.substring(0, 12);
      publish(engine, service.name(), archive, id, name, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an image of HAProxy, and makes it known to the engine. */
  void publishHaproxy(DockerEngine engine, Path haproxy, Progress progress) {
    try {
      Path archive = Files.createDirectories(folder).resolve("haproxy.tar");
      String name =
          LocalImage.of(haproxy).write(archive, "zaguan/haproxy", List.of(haproxy.toString()));
      publish(engine, "haproxy", archive, name, name, progress);
      Files.delete(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackFailure("interrupted", e);
    }
  }

  private void publish(
      DockerEngine engine, String job, Path archive, String id, String name, Progress progress) {
    if (!engine.has(name)) {
      progress.step(job + ": the image " + name);
      engine.load(archive, id, name);
    }
    new Published(folder).image(job, name);
  }
}
