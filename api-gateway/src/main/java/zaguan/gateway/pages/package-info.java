/** What the gateway says of itself. */
package zaguan.gateway.pages;
