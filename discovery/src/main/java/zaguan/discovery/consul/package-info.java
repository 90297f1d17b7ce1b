/**
 * What is said to Consul's agent, and what it answers: address, token, paths, long poll, back-off,
 * outage, what is registered, the key/value store. Knows the client of HTTP, and not what becomes
 * of the answers. Waits, on the threads of those who ask, which are virtual.
 */
package zaguan.discovery.consul;
