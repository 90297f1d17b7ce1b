package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The log files of an allocation, read through Nomad. They are there while Nomad remembers the
 * allocation, however it ended.
 */
record AllocationLogs(Nomad nomad, String allocation) {

  /** By task and stream, each oldest first; empty if Nomad does not have them. */
  Map<String, List<LogFile>> files() {
    Map<String, List<LogFile>> files = new TreeMap<>();
    for (JsonNode entry : Http.get(uri("ls", "?path=/alloc/logs"))) {
      LogFile.of(entry.path("Name").asText(), entry.path("Size").asLong())
          .ifPresent(
              file -> files.computeIfAbsent(file.source(), _ -> new ArrayList<>()).add(file));
    }
    files.values().forEach(each -> each.sort(Comparator.comparingInt(LogFile::number)));
    return files;
  }

  /** Empty if Nomad does not have it. */
  Optional<byte[]> read(LogFile file, long offset, long limit) {
    return Http.bytes(
        uri(
            "readat",
            "?path=/alloc/logs/" + file.name() + "&offset=" + offset + "&limit=" + limit));
  }

  /** The last lines of a stream, of whichever tasks printed some. */
  List<String> lastLines(String stream, int count) {
    List<String> lines = new ArrayList<>();
    files()
        .forEach(
            (source, files) -> {
              if (source.endsWith("." + stream)) {
                LogTail tail = new LogTail(this);
                tail.skipToLast(count, files);
                lines.addAll(tail.next(files));
                lines.addAll(tail.rest());
              }
            });
    return lines;
  }

  private URI uri(String what, String query) {
    return nomad.address().resolve("/v1/client/fs/" + what + "/" + allocation + query);
  }
}
