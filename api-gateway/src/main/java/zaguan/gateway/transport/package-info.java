/**
 * The bytes: connections of clients and to instances, on Netty. What is said on them is made of
 * calls; it implements the streams that {@code call} asks for. All of a connection lives on its
 * event loop, and so does what belongs to one loop.
 */
package zaguan.gateway.transport;
