package zaguan.simulation;

import java.util.List;
import java.util.Locale;

/** A picture as text, the same on every machine. */
final class Svg {

  enum Anchor {
    START,
    MIDDLE,
    END
  }

  static final String INK = "#333333";
  static final String GRID = "#e4e4e4";

  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height, String title) {
    text.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="%s">
        <title>%s</title>
        <rect width="%d" height="%d" fill="#ffffff"/>
        <text x="16" y="24" font-size="15" font-weight="bold">%s</text>
        """
            .formatted(width, height, INK, title, width, height, title));
  }

  void rectangle(double x, double y, double width, double height, String colour) {
    text.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>\n"
            .formatted(number(x), number(y), number(width), number(height), colour));
  }

  void line(double x1, double y1, double x2, double y2, String colour) {
    text.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\"/>\n"
            .formatted(number(x1), number(y1), number(x2), number(y2), colour));
  }

  /** Through points of x and y. */
  void polyline(List<double[]> points, String colour) {
    text.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"")
        .append(colour)
        .append("\" points=\"");
    for (double[] point : points) {
      text.append(number(point[0])).append(',').append(number(point[1])).append(' ');
    }
    text.setLength(text.length() - (points.isEmpty() ? 0 : 1));
    text.append("\"/>\n");
  }

  void text(double x, double y, Anchor anchor, String words) {
    text.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(number(x), number(y), anchor.name().toLowerCase(Locale.ROOT), words));
  }

  /** Strategies by colour, in a row. */
  void legend(double x, double y) {
    double at = x;
    for (Strategy strategy : Strategy.values()) {
      rectangle(at, y - 10, 12, 12, strategy.colour());
      text(at + 17, y, Anchor.START, strategy.title());
      at += 45 + 7 * strategy.title().length();
    }
  }

  String end() {
    return text + "</svg>\n";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
