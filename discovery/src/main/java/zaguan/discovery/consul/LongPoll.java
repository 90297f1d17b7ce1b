package zaguan.discovery.consul;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * One question that is asked over and over, each time for what is newer, by the rules of <a
 * href="https://developer.hashicorp.com/consul/api-docs/features/blocking">Consul's blocking
 * queries</a>: an index that goes back, or is none, starts from nothing again; a failure is
 * followed by a pause.
 */
final class LongPoll {

  /** Takes what is new. */
  interface Reader {
    /**
     * @param fromNothing whether this is the first answer, or the first after Consul's index went
     *     back: nothing that was seen before can be compared with it
     */
    void read(byte[] body, boolean fromNothing) throws IOException;
  }

  private final ConsulApi consul;
  private final Question question;
  private final String path;
  private final Reader reader;
  private final Outage outage;
  private final BackOff backOff;

  /**
   * @param path that of the question, or one that begins with it
   * @param reader called by the thread that runs this
   */
  LongPoll(
      ConsulApi consul,
      Question question,
      String path,
      Reader reader,
      Outage outage,
      RandomGenerator random) {
    this.consul = consul;
    this.question = question;
    this.path = path;
    this.reader = reader;
    this.outage = outage;
    backOff = new BackOff(random);
  }

  /** Asks until the thread is interrupted. */
  void run() {
    long index = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          ConsulApi.Answer answer =
              index == 0 ? consul.get(path) : consul.getNewerThan(index, path);
          boolean fromNothing = index == 0 || answer.index() < index;
          if (fromNothing || answer.index() > index) {
            reader.read(answer.body(), fromNothing);
          }
          // An index of 0 would make the next question return at once, and the next, and the next.
          index = Math.max(1, answer.index());
          outage.answered(question);
          backOff.afterSuccess();
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          outage.failed(question, e);
          Duration pause = backOff.afterFailure();
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
