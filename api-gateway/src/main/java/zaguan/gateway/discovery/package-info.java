/**
 * What Micronaut's own clients find: {@code @Client("greeter")} gets the instances of the catalog.
 * Requests that pass through the gateway do not come by here. Knows Micronaut's clients, the
 * catalog, and how instances are chosen. Any thread; none waits.
 */
package zaguan.gateway.discovery;
