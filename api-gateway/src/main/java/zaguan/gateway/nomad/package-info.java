/**
 * What is said to Nomad's agent, and what it answers: address, token, paths, and what is read of a
 * job. Knows the client of HTTP, and nothing of services or requests. Waits, on the threads of
 * those who ask, which are virtual.
 */
package zaguan.gateway.nomad;
