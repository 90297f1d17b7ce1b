/** The ground: what every room may know, and which knows none of them. */
package zaguan.gateway.settings;
