package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayList;
import java.util.List;
import zaguan.simulation.Svg.Anchor;

/** The results as pictures. */
final class Plots {

  private static final int WIDTH = 820;
  private static final int BAR = 11;
  private static final int GROUP = 4 * BAR + 14;

  private Plots() {}

  /** The p99 of each scenario and strategy, in their order. */
  static String bars(String title, List<Result> results) {
    int top = 62;
    int bottom = top + Scenario.values().length * GROUP;
    Svg svg = new Svg(WIDTH, bottom + 34, title);
    svg.legend(170, 46);
    Scale scale = new Scale(170, WIDTH - 70);
    for (long mark : Scale.MARKS) {
      svg.line(scale.at(mark), top, scale.at(mark), bottom, Svg.GRID);
      svg.text(scale.at(mark), bottom + 18, Anchor.MIDDLE, Figures.duration(mark));
    }
    double y = top - 7;
    for (Result result : results) {
      if (result.strategy() == Strategy.ROUND_ROBIN) {
        y += 14;
        svg.text(160, y + 26, Anchor.END, result.scenario().title());
      }
      double end = scale.at(result.p99());
      svg.rectangle(170, y, end - 170, BAR - 2, result.strategy().colour());
      svg.text(end + 5, y + 9, Anchor.START, Figures.duration(result.p99()) + lost(result));
      y += BAR;
    }
    return svg.end();
  }

  /** The p99 of each window, over time. */
  static String lines(String title, List<Result> results) {
    int top = 62;
    int bottom = 330;
    Svg svg = new Svg(WIDTH, bottom + 46, title);
    svg.legend(60, 46);
    Scale scale = new Scale(bottom, top);
    for (long mark : Scale.MARKS) {
      svg.line(60, scale.at(mark), WIDTH - 20, scale.at(mark), Svg.GRID);
      svg.text(54, scale.at(mark) + 4, Anchor.END, Figures.duration(mark));
    }
    Size size = results.getFirst().size();
    double second = (double) (WIDTH - 80) / (size.quiet() + size.seconds());
    for (int i = -size.quiet(); i <= size.seconds(); i += 2) {
      double x = 60 + (i + size.quiet()) * second;
      svg.line(x, top, x, bottom, i == 0 ? Svg.INK : Svg.GRID);
      svg.text(x, bottom + 18, Anchor.MIDDLE, String.valueOf(i));
    }
    svg.text(WIDTH / 2.0, bottom + 38, Anchor.MIDDLE, "seconds since it began");
    for (Result result : results) {
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < result.p99s().size(); i++) {
        double x = 60 + (double) i * size.windowNanos() / SECOND * second;
        if (result.p99s().get(i) > 0) {
          points.add(new double[] {x, scale.at(result.p99s().get(i))});
        }
      }
      svg.polyline(points, result.strategy().colour());
    }
    return svg.end();
  }

  private static String lost(Result result) {
    double failed = result.failedPerCent();
    double shed = result.shedPerCent();
    return (failed == 0 ? "" : ", " + Figures.perCent(failed).replace("<", "&lt;") + " % failed")
        + (shed == 0 ? "" : ", " + Figures.perCent(shed).replace("<", "&lt;") + " % shed");
  }
}
