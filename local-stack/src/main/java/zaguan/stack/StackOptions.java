package zaguan.stack;

import org.jspecify.annotations.Nullable;

/**
 * What a stack consists of.
 *
 * @param greeters instances of the greeter, 1 to 100; null: as many as Nomad has, at first 3
 * @param gateways instances of the gateway, 1 to 100; null: as many as Nomad has, at first 2
 * @param driver how Nomad runs the instances
 */
public record StackOptions(@Nullable Integer greeters, @Nullable Integer gateways, Driver driver) {

  /** How many gateways there are at first, as the job file says. */
  static final int GATEWAYS = 2;

  /** A task driver of Nomad. */
  public enum Driver {
    /** A plain process. */
    raw_exec,
    /** An unprivileged user in a chroot, held to its memory; needs root. */
    exec,
    /**
     * A container, of an image that the build made; needs a Docker engine, or root to start one.
     */
    docker
  }

  /**
   * @throws StackFailure if a number is out of its bounds, or the driver cannot be used here
   */
  public StackOptions {
    requireCount("greeters", greeters);
    requireCount("gateways", gateways);
    if (driver == Driver.exec && !"root".equals(System.getProperty("user.name"))) {
      throw new StackFailure("the driver exec needs root; run as root, or use raw_exec");
    }
  }

  /** Three greeters behind two gateways, as plain processes. */
  public static StackOptions standard() {
    return new StackOptions(3, 2, Driver.raw_exec);
  }

  private static void requireCount(String what, @Nullable Integer count) {
    if (count != null && (count < 1 || count > 100)) {
      throw new StackFailure("--" + what + " " + count + ": must be from 1 to 100");
    }
  }
}
