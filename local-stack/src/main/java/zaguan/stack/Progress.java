package zaguan.stack;

/** Told what a long operation is doing. Called from one thread at a time. */
public interface Progress {

  /** A new step begins, such as "Consul: starting". */
  void step(String what);

  /** The progress of the step, such as "412 of 1,871 packages"; may come often. */
  void at(String howFar);

  /** Tells nobody. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void step(String what) {}

      @Override
      public void at(String howFar) {}
    };
  }
}
