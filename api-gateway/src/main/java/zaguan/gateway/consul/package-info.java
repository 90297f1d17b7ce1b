/**
 * What is said to Consul's agent, and what it answers: address, token, long poll, back-off, outage,
 * the key/value store. Knows nothing of what the answers mean. Waits, on virtual threads.
 */
package zaguan.gateway.consul;
