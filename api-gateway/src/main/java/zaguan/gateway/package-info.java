/**
 * The API gateway. This package is the application: it starts the rooms and ends them, and may know
 * all of them. A request comes in at {@code proxy}, which asks {@code routing} where it leads and,
 * if nothing is there, {@code scaling} for an instance; both read {@code catalog}. What may know
 * what is in {@code RoomsTest}, which holds it.
 */
package zaguan.gateway;
