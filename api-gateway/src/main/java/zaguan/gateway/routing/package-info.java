/**
 * Which service a path means, and what is set for it. Knows the catalog and the balancing, and
 * neither HTTP nor bytes. The table is read on any thread, and swapped whole on the thread that
 * tells the catalog's changes; none waits.
 */
package zaguan.gateway.routing;
