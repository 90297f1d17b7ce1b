package zaguan.stack;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to run.
 *
 * @param count how many instances, or null: as many as Nomad has now, and of a job that Nomad does
 *     not have, as many as its file says
 */
record Submission(String job, Path jobFile, @Nullable Integer count) {

  static Submission of(Service service, @Nullable Integer count) {
    return new Submission(service.name(), service.jobFile(), count);
  }
}
