/**
 * What is said to Nomad's agent, and what it answers: address, token, and what is read of a job.
 * Knows nothing of services or requests. Waits, on virtual threads.
 */
package zaguan.gateway.nomad;
