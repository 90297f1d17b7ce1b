package zaguan.stack;

import java.nio.file.Path;

/**
 * What was published last of each job, in files that its job file reads when the job is submitted.
 * So a shell that is older than a build submits the new jar.
 *
 * @param folder the variable {@code apps} of the job files
 */
record Published(Path folder) {

  /**
   * @param jar in the folder, so that the file is as true for a task that finds the folder
   *     elsewhere, in a chroot
   */
  void jar(String job, Path jar) {
    StackState.write(folder.resolve(job + ".jar.path"), folder.relativize(jar).toString());
  }

  void image(String job, String name) {
    StackState.write(folder.resolve(job + ".image.name"), name);
  }
}
