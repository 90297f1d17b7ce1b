/** What strangers sent, as a line of the log may show it. Knows no other room. Any thread. */
package zaguan.gateway.logging;
