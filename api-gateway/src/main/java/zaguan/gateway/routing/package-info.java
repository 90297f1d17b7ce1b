/**
 * Which service a path means, and what is set for it. Knows the catalog and the balancing, and
 * nothing of bytes.
 */
package zaguan.gateway.routing;
