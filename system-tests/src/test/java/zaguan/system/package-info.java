/** What a user sees of the whole: Consul, Nomad, HAProxy, gateways and services, all real. */
package zaguan.system;
