/**
 * Which service a path means, and which of its instances is asked. Knows the catalog, and nothing
 * of bytes.
 */
package zaguan.gateway.routing;
