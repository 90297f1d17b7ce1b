/** The example service, the one to copy for your own. */
package zaguan.greeter;
