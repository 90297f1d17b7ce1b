/** The client of HTTP by which the gateway asks on its own account. Knows no other room. */
package zaguan.gateway.http;
