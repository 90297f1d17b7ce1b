package zaguan.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page of the documentation, and its commands: each indented block after an empty line that has
 * no {@code <!-- not run: why -->} before it.
 */
record DocPage(String file, List<List<String>> blocks) {

  private static final String INDENT = "    ";
  private static final String NOT_RUN = "<!-- not run: ";

  static DocPage of(Path root, String file) throws IOException {
    List<List<String>> blocks = new ArrayList<>();
    List<String> block = new ArrayList<>();
    boolean fenced = false;
    boolean run = true;
    boolean afterEmpty = false;
    for (String line : Files.readAllLines(root.resolve(file))) {
      if (line.startsWith("```")) {
        fenced = !fenced;
      }
      boolean command = !fenced && line.startsWith(INDENT);
      if (command && run && (afterEmpty || !block.isEmpty())) {
        block.add(line.strip());
      } else if (!command && !line.isBlank()) {
        add(block, blocks);
        run = !line.startsWith(NOT_RUN);
      }
      afterEmpty = line.isBlank();
    }
    add(block, blocks);
    return new DocPage(file, List.copyOf(blocks));
  }

  /** Those that have commands. */
  static List<DocPage> all(Path root) throws IOException {
    List<DocPage> pages = new ArrayList<>();
    for (Path folder : List.of(root, root.resolve("docs"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".md")).sorted().toList()) {
          DocPage page = of(root, root.relativize(file).toString());
          if (!page.blocks().isEmpty()) {
            pages.add(page);
          }
        }
      }
    }
    return pages;
  }

  private static void add(List<String> block, List<List<String>> blocks) {
    if (!block.isEmpty()) {
      blocks.add(List.copyOf(block));
      block.clear();
    }
  }
}
