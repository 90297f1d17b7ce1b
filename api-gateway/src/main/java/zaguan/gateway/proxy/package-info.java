/** The bytes: a request comes in, an instance answers, the answer goes out. */
package zaguan.gateway.proxy;
