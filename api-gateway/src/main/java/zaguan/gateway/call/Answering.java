package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import zaguan.discovery.balancing.Attempt;

/**
 * Who is told what comes of a request that instances are asked for. On the event loop of the call;
 * nothing more after {@link #lost}, {@link #failed}, or its own word that it wants no more.
 */
interface Answering {

  /** What has come of the request was sent: more may come. */
  void sent();

  /**
   * An informational response, but 101.
   *
   * @param taken whether what that instance answers is what the client will get
   */
  void interim(HttpResponse head, boolean taken);

  /** The head of the response that is the answer; no other instance is asked any more. */
  void head(Attempt by, HttpResponse head);

  /** A part of that response; it is taken over. */
  void content(HttpContent part);

  /** What has come of that response was told; more may come later. */
  void responseRead();

  /** Whether the instance takes what is written as fast as it comes, from now on. */
  void instanceWritable(boolean writable);

  /** What came through the tunnel; it is taken over. */
  void tunnelled(ByteBuf bytes);

  /** The connection is lost, and the response had begun. */
  void lost();

  /** There will be no response. */
  void failed(Outcome why);
}
