package zaguan.discovery.client;

import io.micronaut.context.BeanContext;
import io.micronaut.core.io.buffer.ByteBuffer;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.client.BlockingHttpClient;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.client.ProxyRequestOptions;
import io.micronaut.http.client.RawHttpClient;
import io.micronaut.http.client.StreamingHttpClient;
import io.micronaut.http.client.netty.DefaultHttpClient;
import io.micronaut.http.client.sse.SseClient;
import io.micronaut.http.sse.Event;
import io.micronaut.http.uri.UriTemplate;
import io.micronaut.websocket.WebSocketClient;
import io.micronaut.websocket.annotation.ClientWebSocket;
import io.micronaut.websocket.context.WebSocketBeanRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Micronaut's client, around which an instance is chosen for each request, and another one if that
 * fails. A client that was not made for a service, and a request with a whole URI, go where they
 * say.
 */
final class ServiceClient
    implements HttpClient,
        StreamingHttpClient,
        SseClient,
        WebSocketClient,
        ProxyHttpClient,
        RawHttpClient {

  private final DefaultHttpClient client;
  private final @Nullable ServiceCalls calls;
  private final BeanContext beans;

  /**
   * @param client of Micronaut, asked with whole URIs where there are calls
   * @param calls null if it is no service's
   */
  ServiceClient(DefaultHttpClient client, @Nullable ServiceCalls calls, BeanContext beans) {
    this.client = client;
    this.calls = calls;
    this.beans = beans;
  }

  private <T> Publisher<T> call(HttpRequest<?> request, Sent<T> sent) {
    ServiceCalls balanced = callsOf(request);
    return balanced == null ? sent.by(request) : balanced.call(request, sent::by);
  }

  private interface Sent<T> {
    Publisher<T> by(HttpRequest<?> request);
  }

  private @Nullable ServiceCalls callsOf(HttpRequest<?> request) {
    return request.getUri().getScheme() == null ? calls : null;
  }

  @Override
  public <I, O, E> Publisher<HttpResponse<O>> exchange(
      HttpRequest<I> request, Argument<O> bodyType, Argument<E> errorType) {
    return call(request, each -> client.exchange(each, bodyType, errorType));
  }

  @Override
  public <I, O, E> Publisher<O> retrieve(
      HttpRequest<I> request, Argument<O> bodyType, Argument<E> errorType) {
    return call(request, each -> client.retrieve(each, bodyType, errorType));
  }

  @Override
  public BlockingHttpClient toBlocking() {
    return calls == null ? client.toBlocking() : new BlockingServiceClient(this);
  }

  @Override
  public <I> Publisher<ByteBuffer<?>> dataStream(HttpRequest<I> request) {
    return call(request, client::dataStream);
  }

  @Override
  public <I> Publisher<ByteBuffer<?>> dataStream(HttpRequest<I> request, Argument<?> errorType) {
    return call(request, each -> client.dataStream(each, errorType));
  }

  @Override
  public <I> Publisher<HttpResponse<ByteBuffer<?>>> exchangeStream(HttpRequest<I> request) {
    return call(request, client::exchangeStream);
  }

  @Override
  public <I> Publisher<HttpResponse<ByteBuffer<?>>> exchangeStream(
      HttpRequest<I> request, Argument<?> errorType) {
    return call(request, each -> client.exchangeStream(each, errorType));
  }

  @Override
  public <I> Publisher<Map<String, Object>> jsonStream(HttpRequest<I> request) {
    return call(request, client::jsonStream);
  }

  @Override
  public <I, O> Publisher<O> jsonStream(HttpRequest<I> request, Argument<O> type) {
    return call(request, each -> client.jsonStream(each, type));
  }

  @Override
  public <I, O> Publisher<O> jsonStream(
      HttpRequest<I> request, Argument<O> type, Argument<?> errorType) {
    return call(request, each -> client.jsonStream(each, type, errorType));
  }

  @Override
  public <I> Publisher<Event<ByteBuffer<?>>> eventStream(HttpRequest<I> request) {
    return call(request, client::eventStream);
  }

  @Override
  public <I, B> Publisher<Event<B>> eventStream(HttpRequest<I> request, Argument<B> type) {
    return call(request, each -> client.eventStream(each, type));
  }

  @Override
  public <I, B> Publisher<Event<B>> eventStream(
      HttpRequest<I> request, Argument<B> type, Argument<?> errorType) {
    return call(request, each -> client.eventStream(each, type, errorType));
  }

  @Override
  public <T extends AutoCloseable> Publisher<T> connect(
      Class<T> type, MutableHttpRequest<?> request) {
    ServiceCalls balanced = callsOf(request);
    return balanced == null
        ? client.connect(type, request)
        : balanced.connect(request, each -> client.connect(type, each));
  }

  @Override
  public <T extends AutoCloseable> Publisher<T> connect(
      Class<T> type, Map<String, Object> parameters) {
    String template =
        WebSocketBeanRegistry.forClient(beans)
            .getWebSocket(type)
            .getBeanDefinition()
            .stringValue(ClientWebSocket.class)
            .orElse("/ws"); // As Micronaut's client has it.
    return connect(type, HttpRequest.GET(UriTemplate.of(template).expand(parameters)));
  }

  @Override
  public Publisher<MutableHttpResponse<?>> proxy(HttpRequest<?> request) {
    return proxy(request, ProxyRequestOptions.getDefault());
  }

  @Override
  public Publisher<MutableHttpResponse<?>> proxy(
      HttpRequest<?> request, ProxyRequestOptions options) {
    ServiceCalls balanced = callsOf(request);
    return balanced == null
        ? client.proxy(request, options)
        : balanced.pass(request, uri -> client.proxy(request.toMutableRequest().uri(uri), options));
  }

  @Override
  public Publisher<? extends HttpResponse<?>> exchange(
      HttpRequest<?> request, @Nullable CloseableByteBody body, @Nullable Thread blockedThread) {
    ServiceCalls balanced = callsOf(request);
    return balanced == null
        ? client.exchange(request, body, blockedThread)
        : balanced.pass(
            request,
            uri -> client.exchange(request.toMutableRequest().uri(uri), body, blockedThread));
  }

  @Override
  public boolean isRunning() {
    return client.isRunning();
  }

  @Override
  public HttpClient start() {
    client.start();
    return this;
  }

  @Override
  public HttpClient stop() {
    client.stop();
    return this;
  }

  @Override
  public HttpClient refresh() {
    client.refresh();
    return this;
  }

  @Override
  public void close() {
    client.close();
  }
}
