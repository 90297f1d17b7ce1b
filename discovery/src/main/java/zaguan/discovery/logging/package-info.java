/** Makes what strangers sent fit for a line of the log. Knows no other room. Any thread. */
package zaguan.discovery.logging;
