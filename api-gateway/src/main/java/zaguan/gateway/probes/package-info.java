/**
 * What the gateway asks instances and other gateways on its own account, by TCP and plain HTTP: it
 * implements the questions that {@code scaling} has. Knows the client of HTTP. Waits, on the
 * threads of those who ask, which are virtual.
 */
package zaguan.gateway.probes;
