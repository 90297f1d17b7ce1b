package zaguan.benchmarks;

import java.util.List;
import java.util.Locale;

/** Bar charts below each other, as SVG. */
final class Plot {

  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int BAR = 22;

  /** One bar; not a number is "not sustained". */
  record Bar(String name, double value) {}

  /** Bars of one unit. */
  record Chart(String title, List<Bar> bars) {}

  private Plot() {}

  static String of(String title, List<Chart> charts) {
    StringBuilder text = new StringBuilder();
    int y = 40;
    for (Chart chart : charts) {
      y += 20;
      text.append(line("<text x=\"16\" y=\"%d\" font-weight=\"bold\">%s</text>", y, chart.title()));
      y += 8;
      double most =
          chart.bars().stream()
              .mapToDouble(Bar::value)
              .filter(each -> !Double.isNaN(each))
              .max()
              .orElse(1);
      for (Bar bar : chart.bars()) {
        text.append(
            line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 8, y + 15, bar.name()));
        double width = Double.isNaN(bar.value()) ? 0 : bar.value() / most * (WIDTH - LEFT - 110);
        text.append(
            line(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LEFT,
                y + 2,
                width,
                BAR - 4,
                bar.name().equals(Systems.OURS) ? "#c2571a" : "#8a9aa8"));
        text.append(
            line(
                "<text x=\"%.1f\" y=\"%d\">%s</text>",
                LEFT + width + 6, y + 15, value(bar.value())));
        y += BAR;
      }
    }
    String size = WIDTH + " " + (y + 16);
    return line(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s\""
                + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#333333\">",
            size)
        + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        + line("<text x=\"16\" y=\"28\" font-size=\"16\" font-weight=\"bold\">%s</text>", title)
        + text
        + "</svg>\n";
  }

  private static String value(double value) {
    return Double.isNaN(value)
        ? "not sustained"
        : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
  }

  @SuppressWarnings("AnnotateFormatMethod") // Not worth a dependency.
  private static String line(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments) + "\n";
  }
}
