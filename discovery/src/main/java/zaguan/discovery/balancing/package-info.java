/**
 * Which instance of a service is asked, by what requests before have shown of each, and how long
 * and how often. Knows no connection, no clock and no chance of its own: the simulation in {@code
 * benchmarks} drives the same code. What happens to instances it tells as {@link
 * zaguan.discovery.balancing.InstanceEvent}s. What is one service's is for any thread; what is one
 * request's is for one. None waits.
 */
package zaguan.discovery.balancing;
