/**
 * What a service and its instances are, and how they are read of Consul: {@link
 * zaguan.discovery.catalog.ServiceReader} understands what is registered, {@link
 * zaguan.discovery.catalog.LiveService} keeps one service live. Knows Consul by its answers, and
 * neither HTTP nor requests.
 */
package zaguan.discovery.catalog;
