/**
 * Which instance of a service is asked, by what requests before have shown of each. Knows no bytes,
 * no clock and no chance of its own: the simulation in {@code benchmarks} drives the same code.
 */
package zaguan.gateway.balancing;
