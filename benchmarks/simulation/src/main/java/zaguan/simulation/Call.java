package zaguan.simulation;

/** A request at one instance, as the network and the instance see it: how it may come back. */
interface Call {

  void answered(int status);

  /** It could not be connected. */
  void refused();
}
