/**
 * The API gateway: a request comes in at {@code proxy}, which asks {@code routing} where it leads
 * and, if nothing is there, {@code scaling} for an instance; both read {@code catalog}.
 */
package zaguan.gateway;
