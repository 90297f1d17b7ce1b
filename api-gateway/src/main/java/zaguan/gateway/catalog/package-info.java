/**
 * What exists: Consul in, immutable snapshots out. Knows Consul by its answers, and neither HTTP
 * nor routes nor requests. Reading a snapshot never waits, on any thread. Snapshots are made on one
 * virtual thread, which also calls the listeners; other threads read and write what is kept in
 * Consul's store.
 *
 * <p>Read {@link zaguan.gateway.catalog.CatalogWatch} for how few questions keep it live.
 *
 * <p>The order of locks, for the whole gateway. First that of {@link
 * zaguan.gateway.catalog.Catalog}, which is held while its listeners are called, so that each
 * snapshot comes once and in order. Then one of {@code NamedRoutes} in {@code routing}. Then one of
 * {@link zaguan.discovery.balancing.Upstream} or of a class in {@code scaling}. Then any other of
 * {@code balancing}, of which each takes only those of its own fields.
 */
package zaguan.gateway.catalog;
