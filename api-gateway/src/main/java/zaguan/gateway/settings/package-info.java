/**
 * How settings are declared, the settings of the gateway itself, and time and chance. Other rooms
 * may know this room; it knows none of them. Settings are read once, at the start, and never
 * change. Any thread.
 */
package zaguan.gateway.settings;
