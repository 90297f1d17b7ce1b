/**
 * What {@code @Client("greeter")} and every other client of Micronaut's that names a service does:
 * {@link zaguan.discovery.client.ServiceClients} gives it out, {@link
 * zaguan.discovery.client.ServiceClient} is it, {@link zaguan.discovery.client.Calling} is one
 * call, {@link zaguan.discovery.client.Callees} keeps the services that are called. Choice and
 * retry lie around Micronaut's client, whose filters, codecs and connections stay as they are. Any
 * thread; none waits, but for those of {@link io.micronaut.http.client.BlockingHttpClient}.
 */
package zaguan.discovery.client;
