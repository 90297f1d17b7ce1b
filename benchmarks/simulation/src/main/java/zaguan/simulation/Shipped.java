package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.Endpoint;
import zaguan.discovery.balancing.Permit;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Instance;

/** The gateway's own, with the settings that it has by default. */
final class Shipped implements Balancing {

  private static final int MAX_CONCURRENCY = 1000;
  private static final long WARM_UP = 5 * SECOND;

  private final Upstream upstream;

  Shipped(Agenda agenda, SplittableRandom chance) {
    upstream = new Upstream("greeter", MAX_CONCURRENCY, agenda::now, chance::nextInt, event -> {});
  }

  @Override
  public void follow(List<Instance> instances) {
    upstream.replaceInstances(instances, WARM_UP);
  }

  @Override
  public @Nullable Visit visit() {
    Permit permit = upstream.admit();
    return permit == null ? null : new ShippedVisit(upstream, permit);
  }

  @Override
  public boolean mayRetry() {
    return upstream.mayRetry();
  }

  private static final class ShippedVisit implements Visit {

    private final Upstream upstream;
    private final Permit permit;
    private List<Endpoint> tried = List.of();

    ShippedVisit(Upstream upstream, Permit permit) {
      this.upstream = upstream;
      this.permit = permit;
    }

    @Override
    public @Nullable Pick next() {
      Attempt attempt = upstream.take(tried);
      if (attempt == null) {
        return null;
      }
      if (tried.isEmpty()) {
        tried = new ArrayList<>(1);
      }
      tried.add(attempt.endpoint());
      attempt.requested();
      return new ShippedPick(attempt);
    }

    @Override
    public void answered() {
      permit.answered();
    }

    @Override
    public void left() {
      permit.left();
    }
  }

  private record ShippedPick(Attempt attempt) implements Pick {

    @Override
    public String id() {
      return attempt.endpoint().instance().id();
    }

    @Override
    public void answered(int status) {
      attempt.answered(status);
    }

    @Override
    public void refused() {
      attempt.refused();
    }

    @Override
    public void late() {
      attempt.late();
    }

    @Override
    public void end() {
      attempt.end();
    }
  }
}
