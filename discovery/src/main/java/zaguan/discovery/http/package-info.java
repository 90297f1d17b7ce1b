/**
 * The client of HTTP by which the gateway asks on its own account, and the addresses that it asks.
 * Knows no other room. Waits, on the threads of those who ask, which are virtual.
 */
package zaguan.discovery.http;
