/**
 * What happens to a request from its head to the end of its response: matched, admitted, sent to an
 * instance, again or beside, and answered. Knows messages of HTTP, but no connections: those it
 * asks for by its two streams, {@link zaguan.gateway.call.ClientStream} and {@link
 * zaguan.gateway.call.InstanceStream}. A call lives on the event loop of its client.
 */
package zaguan.gateway.call;
