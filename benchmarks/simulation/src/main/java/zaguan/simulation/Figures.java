package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: two digits that count. */
final class Figures {

  private Figures() {}

  static String duration(long nanoseconds) {
    BigDecimal rounded = BigDecimal.valueOf(nanoseconds).round(new MathContext(2));
    return rounded.longValue() >= SECOND
        ? plain(rounded.movePointLeft(9)) + " s"
        : plain(rounded.movePointLeft(6)) + " ms";
  }

  /** 0 is none at all. */
  static String perCent(double value) {
    if (value == 0) {
      return "0";
    }
    return value < 0.005 ? "<0.01" : plain(BigDecimal.valueOf(value).round(new MathContext(2)));
  }

  static String times(double value) {
    return value < 0.005 ? "<0.01" : String.format(Locale.ROOT, "%.2f", value);
  }

  static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.1f s", nanoseconds / 1e9);
  }

  private static String plain(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString();
  }
}
