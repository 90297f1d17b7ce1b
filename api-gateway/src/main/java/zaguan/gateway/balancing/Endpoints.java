package zaguan.gateway.balancing;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** The members of an upstream at one moment, to be drawn by weight. Immutable. */
final class Members {

  static final Members NONE = new Members(List.of());

  private final Member[] members;

  /** The sum of the weights up to and with each. */
  private final int[] sums;

  private final int total;

  Members(List<Member> list) {
    members = list.toArray(Member[]::new);
    sums = new int[members.length];
    int sum = 0;
    for (int i = 0; i < members.length; i++) {
      sum = Math.addExact(sum, weight(members[i]));
      sums[i] = sum;
    }
    total = sum;
  }

  int size() {
    return members.length;
  }

  Member get(int index) {
    return members[index];
  }

  /** Its weight in relation to the mean. */
  double share(Member member) {
    return (double) weight(member) * members.length / total;
  }

  Member draw(IntUnaryOperator chance) {
    if (members.length == 1) {
      return members[0];
    }
    int ticket = chance.applyAsInt(total);
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ticket < sums[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return members[low];
  }

  /** Where all have a weight of 0, they are alike. */
  private static int weight(Member member) {
    return Math.max(1, member.instance().weight());
  }
}
