/**
 * From zero and to zero: asks Nomad for an instance when a request waits for a service that has
 * none, and scales a service to zero when no gateway has had a request for it for long. Knows Nomad
 * and Consul by their answers, routes, and requests as {@link zaguan.gateway.scaling.Waiter}. Knows
 * no HTTP: it asks instances and other gateways through interfaces of its own. Works, and waits, on
 * virtual threads. Any thread may call what requests call; that never waits.
 */
package zaguan.gateway.scaling;
