/**
 * Calls between services, for any Micronaut service: add the module, and {@code @Client("greeter")}
 * finds, chooses and asks the instances of that service as the gateway does. This package sets what
 * holds in each service that has the module.
 */
package zaguan.discovery;
