package zaguan.gateway.scaling;

/** One question to an instance. Any thread; waits for the answer, for a second at most. */
public interface Probe {

  /** Whether it is ready at this moment. */
  boolean isReady() throws InterruptedException;
}
