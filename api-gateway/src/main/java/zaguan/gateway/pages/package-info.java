/**
 * What the gateway says of itself, at paths that no service can have. Knows what it speaks of, and
 * nothing of bytes: how a page gets to its client is the matter of {@code call}. Any thread.
 */
package zaguan.gateway.pages;
