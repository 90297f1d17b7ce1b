package zaguan.stack;

/** Also writes what it is told into the state folder, for a command in another shell to read. */
final class NotedProgress implements Progress {

  private final Progress progress;
  private final StackState state;

  /** What is under way; empty while nothing is. */
  private String work = "";

  NotedProgress(Progress progress, StackState state) {
    this.progress = progress;
    this.state = state;
  }

  /**
   * To be called by the holder of the state's lock.
   *
   * @param work such as "coming up"
   */
  void begin(String work) {
    this.work = work;
    state.note(work);
  }

  @Override
  public void step(String what) {
    progress.step(what);
    note(what);
  }

  @Override
  public void at(String howFar) {
    progress.at(howFar);
    note(howFar);
  }

  private void note(String what) {
    if (!work.isEmpty()) {
      state.note(work + ": " + what);
    }
  }
}
