package zaguan.packaging;

/** Why there is no image, for people: what happened, to what, and what to do. */
public final class PackagingFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  PackagingFailure(String message) {
    super(message);
  }
}
