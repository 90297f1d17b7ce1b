package zaguan.stack;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of a tool. */
record Version(int major, int minor) implements Comparable<Version> {

  private static final Pattern NUMBERS = Pattern.compile("\\bv?(?:go)?(\\d+)\\.(\\d+)");

  /** The first version in the text that a tool prints, or null. */
  static @Nullable Version in(String text) {
    Matcher matcher = NUMBERS.matcher(text);
    return matcher.find()
        ? new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
        : null;
  }

  @Override
  public int compareTo(Version other) {
    return Comparator.comparingInt(Version::major)
        .thenComparingInt(Version::minor)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
