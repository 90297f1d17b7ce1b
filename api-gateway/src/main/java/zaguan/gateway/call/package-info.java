/**
 * What happens to a request from its head to the end of its response. {@link
 * zaguan.gateway.call.Calls} has the list of its steps; each call leaves a {@link
 * zaguan.gateway.call.CallRecord}. Knows messages of HTTP, but no connections: those it asks for by
 * its two streams, {@link zaguan.gateway.call.ClientStream} and {@link
 * zaguan.gateway.call.InstanceStream}. A call lives on the event loop of its client.
 */
package zaguan.gateway.call;
