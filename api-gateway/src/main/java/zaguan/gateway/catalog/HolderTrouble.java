package zaguan.gateway.catalog;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.logging.Printable;

/** Logs that the store of the holders fails: once, and again only after it has worked. */
final class HolderTrouble {

  private static final Logger LOG = LoggerFactory.getLogger(HolderTrouble.class);

  /** The pause between two attempts while it fails. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final String what;
  private volatile boolean said;

  /**
   * @param what goes wrong, as the beginning of a sentence
   */
  HolderTrouble(String what) {
    this.what = what;
  }

  void isMet(Exception e) {
    if (!said) {
      said = true;
      LOG.warn(
          "{}; of two services that ask for one, this gateway goes by what it has seen. It is tried"
              + " every {} s: {}",
          what,
          PAUSE.toSeconds(),
          Printable.of(e.toString(), 300));
    }
  }

  void isOver() {
    said = false;
  }
}
