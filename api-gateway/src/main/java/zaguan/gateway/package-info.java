/**
 * The API gateway. This package is the application: it starts the rooms and ends them, and may know
 * all of them. A request comes in at {@code transport}, which makes a call of it; {@code call} asks
 * {@code routing} where it leads and, if nothing is there, {@code scaling} for an instance; both
 * read {@code catalog}. Which room may know which is in {@code RoomsTest}, which holds it.
 */
package zaguan.gateway;
