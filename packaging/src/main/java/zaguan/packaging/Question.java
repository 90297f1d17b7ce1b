package zaguan.packaging;

import org.jspecify.annotations.Nullable;

/**
 * A request of the training, and the status that it must get.
 *
 * @param content the body, or null
 */
record Question(String method, String path, int status, @Nullable Content content) {

  Question(String method, String path, int status) {
    this(method, path, status, null);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
