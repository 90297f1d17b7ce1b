package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;

import java.util.List;
import zaguan.gateway.catalog.Instance;

/** One gateway: what the proxy does with a request, without its bytes. */
final class Gateway {

  static final long ATTEMPT_TIMEOUT = 5 * SECOND;
  static final long RESPONSE_TIMEOUT = 15 * SECOND;

  private final int number;
  private final Agenda agenda;
  private final Network network;
  private final Balancing balancing;
  private final Tally tally;
  private final Timeouts attempts;
  private final Timeouts responses;

  Gateway(int number, Agenda agenda, Network network, Balancing balancing, Tally tally) {
    this.number = number;
    this.agenda = agenda;
    this.network = network;
    this.balancing = balancing;
    this.tally = tally;
    attempts = new Timeouts(agenda, ATTEMPT_TIMEOUT);
    responses = new Timeouts(agenda, RESPONSE_TIMEOUT);
  }

  void follow(List<Instance> instances) {
    balancing.follow(instances);
  }

  void receive(boolean idempotent) {
    Balancing.Visit visit = balancing.visit();
    if (visit == null) {
      tally.shed(agenda.now());
    } else {
      new Journey(visit, idempotent).attempt();
    }
  }

  /** One request, until it is answered. */
  private final class Journey {

    private final Balancing.Visit visit;
    private final boolean idempotent;
    private final long began = agenda.now();
    private int sent;

    Journey(Balancing.Visit visit, boolean idempotent) {
      this.visit = visit;
      this.idempotent = idempotent;
    }

    /** At the first, or after a connection that failed: at whom else there is. */
    void attempt() {
      Balancing.Pick pick = visit.next();
      if (pick == null) {
        visit.left();
        tally.failed(began);
      } else {
        send(pick);
      }
    }

    private void send(Balancing.Pick pick) {
      sent++;
      Attempt attempt = new Attempt(this, pick);
      if (sent == 1) {
        (idempotent ? attempts : responses).add(attempt::over, attempt::late);
      } else {
        lookAgain(attempt);
      }
      network.send(number, pick.id(), attempt);
    }

    private void lookAgain(Attempt attempt) {
      long left = began + RESPONSE_TIMEOUT - agenda.now();
      agenda.after(idempotent ? Math.min(ATTEMPT_TIMEOUT, left) : left, attempt::late);
    }

    boolean timeIsOver() {
      return agenda.now() - began >= RESPONSE_TIMEOUT;
    }

    void answered() {
      visit.answered();
      tally.answered(began, agenda.now());
    }

    void failed() {
      visit.answered();
      tally.failed(began);
    }

    /** At another instance, though one may have seen it; false if that may not be. */
    boolean again() {
      if (!idempotent || timeIsOver()) {
        return false;
      }
      Balancing.Pick next = visit.next();
      if (next == null) {
        return false;
      }
      if (!balancing.mayRetry()) {
        next.end();
        return false;
      }
      send(next);
      return true;
    }
  }

  private static final class Attempt implements Call {

    private final Journey journey;
    private final Balancing.Pick pick;
    private boolean over;

    Attempt(Journey journey, Balancing.Pick pick) {
      this.journey = journey;
      this.pick = pick;
    }

    boolean over() {
      return over;
    }

    @Override
    public void answered(int status) {
      if (!over) {
        over = true;
        pick.answered(status);
        pick.end();
        if (status < 500) {
          journey.answered();
        } else if (status < 502 || status > 504 || !journey.again()) {
          journey.failed();
        }
      }
    }

    @Override
    public void refused() {
      if (!over) {
        over = true;
        pick.refused();
        pick.end();
        if (journey.timeIsOver()) {
          journey.failed();
        } else {
          journey.attempt();
        }
      }
    }

    /** Where no other may be asked, this one has until the deadline. */
    void late() {
      if (over) {
        return;
      }
      pick.late();
      if (journey.timeIsOver()) {
        over = true;
        pick.end();
        journey.failed();
      } else if (journey.again()) {
        over = true;
        pick.end();
      } else {
        journey.lookAgain(this);
      }
    }
  }
}
