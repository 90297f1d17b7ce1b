/**
 * From zero and to zero: asks Nomad for an instance when a request waits for a service that has
 * none, and for none when no gateway has had a request for long.
 */
package zaguan.gateway.scaling;
