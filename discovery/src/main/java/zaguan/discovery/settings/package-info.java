/**
 * How settings are declared, and where time and chance come from. Knows no other room. Settings are
 * read once, at the start, and never change. Any thread.
 */
package zaguan.discovery.settings;
