/**
 * What exists: Consul in, immutable snapshots out. Nothing here knows of routes or requests.
 *
 * <p>Read {@link zaguan.gateway.catalog.CatalogWatch} for how few questions keep it live.
 */
package zaguan.gateway.catalog;
