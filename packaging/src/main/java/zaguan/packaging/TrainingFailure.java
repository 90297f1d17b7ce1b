package zaguan.packaging;

/** Why there is no cache, for people. */
final class TrainingFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  TrainingFailure(String message) {
    super(message);
  }
}
