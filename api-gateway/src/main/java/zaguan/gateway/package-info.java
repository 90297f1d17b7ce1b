/**
 * The API gateway: a request comes in at {@code proxy}, which asks {@code routing}, which reads
 * {@code catalog}.
 */
package zaguan.gateway;
