/**
 * What exists: Consul in, immutable snapshots out. Nothing here knows of routes or requests.
 *
 * <p>Read {@link zaguan.gateway.catalog.CatalogWatch} for how few questions keep it live.
 *
 * <p>The order of locks, for the whole gateway. First that of {@link
 * zaguan.gateway.catalog.Catalog}, which is held while its listeners are called, so that each
 * snapshot comes once and in order: no listener may call it. Then one of {@link
 * zaguan.gateway.balancing.Upstream} or of a class in {@code scaling}. Then any other of {@code
 * balancing}, of which each takes only those of its own fields.
 */
package zaguan.gateway.catalog;
