/**
 * From zero and to zero: asks Nomad for an instance when a request waits for a service that has
 * none, and for none when no gateway has had a request for long. Knows Nomad and Consul by their
 * answers, routes, and requests as {@link zaguan.gateway.scaling.Waiter}; no HTTP: what it asks
 * instances and other gateways is by its own interfaces. Works, and waits, on virtual threads; what
 * requests call is for any thread, and never waits.
 */
package zaguan.gateway.scaling;
