package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayList;
import java.util.List;
import zaguan.discovery.catalog.Instance;

/** One gateway: what the proxy does with a request, without its bytes. */
final class Gateway {

  static final long ATTEMPT_TIMEOUT = 5 * SECOND;
  static final long RESPONSE_TIMEOUT = 15 * SECOND;

  /** How often a request is sent, at the most. */
  private static final int MOST_SENT = 3;

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

  /** One request, until it is answered: at one instance, or at two beside each other. */
  private final class Journey {

    private final Balancing.Visit visit;
    private final boolean idempotent;
    private final long began = agenda.now();
    private final List<Attempt> running = new ArrayList<>(1);
    private int sent;

    Journey(Balancing.Visit visit, boolean idempotent) {
      this.visit = visit;
      this.idempotent = idempotent;
    }

    /** At the first, or after a connection that failed: at whom else there is. */
    void attempt() {
      Balancing.Pick pick = visit.next();
      if (pick != null) {
        send(pick);
      } else if (running.isEmpty()) {
        visit.left();
        tally.failed(began);
      }
    }

    private void send(Balancing.Pick pick) {
      sent++;
      Attempt attempt = new Attempt(this, pick, agenda.now());
      running.add(attempt);
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
      endRunning();
      visit.answered();
      tally.answered(began, agenda.now());
    }

    void failed() {
      endRunning();
      visit.answered();
      tally.failed(began);
    }

    /** Of two, the one that is not taken. */
    private void endRunning() {
      running.forEach(Attempt::giveUp);
      running.clear();
    }

    /** After one that failed: at another instance, or at the one beside it. */
    boolean goesOn() {
      return again() || !running.isEmpty();
    }

    /** Asks another instance beside the one that is late, which has until the deadline. */
    void askBeside(Attempt late) {
      if (running.size() > 1 || !again()) {
        lookAgain(late);
      }
    }

    /** At another instance, though one may have seen it; false if that may not be. */
    private boolean again() {
      if (!idempotent || timeIsOver() || sent >= MOST_SENT) {
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

  private final class Attempt implements Call {

    private final Journey journey;
    private final Balancing.Pick pick;
    private final long began;
    private boolean over;

    Attempt(Journey journey, Balancing.Pick pick, long began) {
      this.journey = journey;
      this.pick = pick;
      this.began = began;
    }

    boolean over() {
      return over;
    }

    @Override
    public void answered(int status) {
      if (over) {
        return;
      }
      over = true;
      pick.answered(status);
      pick.end();
      journey.running.remove(this);
      if (status < 500) {
        journey.answered();
      } else if (status < 502 || status > 504 || !journey.goesOn()) {
        journey.failed();
      }
    }

    @Override
    public void refused() {
      if (over) {
        return;
      }
      over = true;
      pick.refused();
      pick.end();
      journey.running.remove(this);
      if (journey.timeIsOver()) {
        journey.failed();
      } else {
        journey.attempt();
      }
    }

    void late() {
      if (over) {
        return;
      }
      if (journey.timeIsOver()) {
        journey.failed();
      } else {
        journey.askBeside(this);
      }
    }

    void giveUp() {
      over = true;
      if (agenda.now() - began >= ATTEMPT_TIMEOUT) {
        pick.late();
      }
      pick.end();
    }
  }
}
