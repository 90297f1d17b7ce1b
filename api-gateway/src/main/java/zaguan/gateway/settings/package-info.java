/**
 * The settings of the gateway itself. Other rooms may know this room; it knows none of them. Read
 * once, at the start. Any thread.
 */
package zaguan.gateway.settings;
