/**
 * The ground: how settings are declared, those of the gateway itself, time and chance. Every room
 * may know it; it knows none of them. Settings are read once, at the start; any thread has them.
 */
package zaguan.gateway.settings;
