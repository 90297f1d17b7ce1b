package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.catalog.Catalog;

/** HTTP/2 in clear text, by prior knowledge. */
@Timeout(60)
class Http2Test extends GatewayByItself {

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private Channel connection;

  Http2Test() throws IOException {}

  @BeforeEach
  void connect() throws Exception {
    connection =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect("127.0.0.1", gateway.getPort())
            .sync()
            .channel();
  }

  @AfterEach
  void disconnect() throws Exception {
    connection.close().sync();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void requestsPassWithTheirBodiesSideBySide() throws Exception {
    ScriptedInstance.Script echo =
        (in, out) -> {
          byte[] body = in.readAllBytes();
          ScriptedInstance.write(
              out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
          out.write(body);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(echo, true))) {
      List<CompletableFuture<FullHttpResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(send(HttpMethod.POST, "/up/" + i, "x".repeat(i * 1000)));
      }
      for (int i = 0; i < 20; i++) {
        FullHttpResponse answer = answers.get(i).get(20, TimeUnit.SECONDS);
        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(answer.content().readableBytes()).isEqualTo(i * 1000);
        answer.release();
      }
      assertThat(upstream.heads()).hasSize(20);
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("via: 2.0 zaguan\r\n")
          .contains("x-forwarded-host: h\r\n")
          .doesNotContain("x-http2");
    }
  }

  @Test
  void theRequestIdAndTheFieldsOfTheOriginAreAsInHttp11() throws Exception {
    String response =
        lines(
            "HTTP/1.1 201 Created",
            "Location: /orders/5",
            "X-Request-ID: its-own",
            "Content-Length: 0");
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response))) {
      FullHttpResponse answer =
          send(
                  HttpMethod.GET,
                  "/up/",
                  "",
                  headers ->
                      headers
                          .add("x-request-id", "mine")
                          .add("x_forwarded_for", "6.6.6.6")
                          .add("proxy", "http://6.6.6.6"))
              .get(20, TimeUnit.SECONDS);
      assertThat(answer.headers().getAll("x-request-id")).containsExactly("mine");
      assertThat(answer.headers().get("location")).isEqualTo("/up/orders/5");
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .containsOnlyOnce("x-request-id: mine\r\n")
          .doesNotContain("6.6.6.6");
      answer.release();
      FullHttpResponse missing = send(HttpMethod.GET, "/nobody/", "").get(20, TimeUnit.SECONDS);
      assertThat(missing.headers().getAll("x-request-id")).singleElement().asString().hasSize(36);
      missing.release();
    }
  }

  @Test
  void trailersThatBelongInTheHeadAreDroppedBothWays() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    ScriptedInstance.Script script =
        (in, out) -> {
          StringBuilder body = new StringBuilder();
          while (body.indexOf("0\r\n") < 0 || !body.toString().endsWith("\r\n\r\n")) {
            body.append((char) in.read());
          }
          bodies.add(body.toString());
          ScriptedInstance.write(
              out,
              lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                  + "2\r\nok\r\n0\r\nSet-Cookie: evil\r\nGrpc-Status: 0\r\n\r\n");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      DefaultFullHttpRequest request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1,
              HttpMethod.POST,
              "/up/",
              Unpooled.copiedBuffer("12345", StandardCharsets.US_ASCII));
      request.headers().set(HttpHeaderNames.HOST, "h");
      request
          .trailingHeaders()
          .add("authorization", "evil")
          .add("x-forwarded-for", "evil")
          .add("x_request_id", "evil")
          .add("x-sum", "15");
      FullHttpResponse answer = send(request).get(20, TimeUnit.SECONDS);
      assertThat(answer.trailingHeaders().names()).containsExactly("grpc-status");
      assertThat(bodies).containsExactly("5\r\n12345\r\n0\r\nx-sum: 15\r\n\r\n");
      assertThat(upstream.heads()).hasSize(1);
      answer.release();
    }
  }

  @Test
  void theGatewaysOwnPagesAndErrorsAreThereToo() throws Exception {
    FullHttpResponse health =
        send(HttpMethod.GET, "/-/health/liveness", "").get(20, TimeUnit.SECONDS);
    assertThat(health.status().code()).isEqualTo(200);
    assertThat(health.content().toString(StandardCharsets.UTF_8)).contains("UP");
    health.release();
    FullHttpResponse missing = send(HttpMethod.GET, "/nobody/", "").get(20, TimeUnit.SECONDS);
    assertThat(missing.status().code()).isEqualTo(404);
    assertThat(missing.headers().get(HttpHeaderNames.CONTENT_TYPE))
        .isEqualTo("application/problem+json");
    missing.release();
  }

  @Test
  void anErrorInAnswerToHeadHasNoBody() throws Exception {
    FullHttpResponse missing = send(HttpMethod.HEAD, "/nobody/", "").get(20, TimeUnit.SECONDS);
    assertThat(missing.status().code()).isEqualTo(404);
    assertThat(missing.content().isReadable()).isFalse();
    missing.release();
  }

  @Test
  void optionsAndTraceAreAnsweredAsInHttp11() throws Exception {
    FullHttpResponse options = send(HttpMethod.OPTIONS, "*", "").get(20, TimeUnit.SECONDS);
    assertThat(options.status().code()).isEqualTo(204);
    assertThat(options.headers().get(HttpHeaderNames.ALLOW)).startsWith("GET, HEAD, ");
    options.release();
    FullHttpResponse trace = send(HttpMethod.TRACE, "/nobody/", "").get(20, TimeUnit.SECONDS);
    assertThat(trace.status().code()).isEqualTo(405);
    assertThat(trace.headers().get(HttpHeaderNames.ALLOW)).startsWith("GET, HEAD, ");
    trace.release();
  }

  @Test
  void bodiesThatStillComeTakeNoPlaceOfOtherRequests() throws Exception {
    try (ScriptedInstance upstream =
        new ScriptedInstance((in, out) -> ScriptedInstance.write(out, in.read() < 0 ? "" : OK))) {
      consul.register("up-1", "up", upstream.port(), Map.of("max-concurrency", "50"));
      Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
      await().until(() -> catalog.current().services().containsKey("up"));
      List<CompletableFuture<FullHttpResponse>> uploads = new ArrayList<>();
      for (int i = 0; i < 55; i++) {
        DefaultHttpRequest head =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/up/");
        head.headers().set(HttpHeaderNames.HOST, "h").set(HttpHeaderNames.CONTENT_LENGTH, 2);
        CompletableFuture<FullHttpResponse> answer = new CompletableFuture<>();
        open(answer).writeAndFlush(head).sync();
        uploads.add(answer);
      }
      await().until(() -> upstream.heads().size() == 55);
      FullHttpResponse answer = send(HttpMethod.POST, "/up/", "x").get(20, TimeUnit.SECONDS);
      assertThat(answer.status().code()).isEqualTo(200);
      answer.release();
      assertThat(uploads).noneMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void aResponseOfUnknownLengthEndsWithItsStream() throws Exception {
    try (ScriptedInstance upstream =
        up(
            ScriptedInstance.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"))) {
      FullHttpResponse answer = send(HttpMethod.GET, "/up/", "").get(20, TimeUnit.SECONDS);
      assertThat(answer.content().toString(StandardCharsets.US_ASCII)).isEqualTo("12345");
      answer.release();
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  /** A client such as curl takes it for a breach of the protocol. */
  @Test
  void aResponseThatNeverHasABodyHasNoLength() throws Exception {
    String none = "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-A: b\r\n\r\n";
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(none))) {
      FullHttpResponse answer = send(HttpMethod.GET, "/up/", "").get(20, TimeUnit.SECONDS);
      assertThat(answer.status().code()).isEqualTo(204);
      assertThat(answer.headers().get("x-a")).isEqualTo("b");
      // The aggregator of this client adds a length of its own, of nothing.
      assertThat(answer.headers().getAll(HttpHeaderNames.CONTENT_LENGTH)).doesNotContain("5");
      answer.release();
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  private CompletableFuture<FullHttpResponse> send(HttpMethod method, String path, String body)
      throws Exception {
    return send(method, path, body, headers -> {});
  }

  private CompletableFuture<FullHttpResponse> send(
      HttpMethod method, String path, String body, Consumer<HttpHeaders> fields) throws Exception {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            method,
            path,
            Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII));
    request.headers().set(HttpHeaderNames.HOST, "h");
    fields.accept(request.headers());
    if (!body.isEmpty()) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
    }
    return send(request);
  }

  private CompletableFuture<FullHttpResponse> send(DefaultFullHttpRequest request)
      throws Exception {
    CompletableFuture<FullHttpResponse> answer = new CompletableFuture<>();
    Http2StreamChannel stream = open(answer);
    stream.writeAndFlush(request).sync();
    return answer;
  }

  private Http2StreamChannel open(CompletableFuture<FullHttpResponse> answer) throws Exception {
    return new Http2StreamChannelBootstrap(connection)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(false),
                        new HttpObjectAggregator(1_000_000),
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void channelRead(ChannelHandlerContext ctx, Object message) {
                            answer.complete((FullHttpResponse) message);
                          }

                          @Override
                          public void channelInactive(ChannelHandlerContext ctx) {
                            answer.completeExceptionally(new IOException("reset"));
                          }
                        });
              }
            })
        .open()
        .sync()
        .getNow();
  }
}
