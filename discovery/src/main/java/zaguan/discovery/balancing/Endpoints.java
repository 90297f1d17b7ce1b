package zaguan.discovery.balancing;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** The endpoints of an upstream at one moment, to be drawn by weight. Immutable. */
final class Endpoints {

  static final Endpoints NONE = new Endpoints(List.of());

  private final Endpoint[] endpoints;

  /** The sum of the weights up to and with each. */
  private final int[] sums;

  private final int total;

  Endpoints(List<Endpoint> list) {
    endpoints = list.toArray(Endpoint[]::new);
    sums = new int[endpoints.length];
    int sum = 0;
    for (int i = 0; i < endpoints.length; i++) {
      sum = Math.addExact(sum, weight(endpoints[i]));
      sums[i] = sum;
    }
    total = sum;
  }

  int size() {
    return endpoints.length;
  }

  Endpoint get(int index) {
    return endpoints[index];
  }

  /** Its weight in relation to the mean. */
  double share(Endpoint endpoint) {
    return (double) weight(endpoint) * endpoints.length / total;
  }

  Endpoint draw(IntUnaryOperator chance) {
    if (endpoints.length == 1) {
      return endpoints[0];
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
    return endpoints[low];
  }

  /** Where all have a weight of 0, they are alike. */
  private static int weight(Endpoint endpoint) {
    return Math.max(1, endpoint.instance().weight());
  }
}
