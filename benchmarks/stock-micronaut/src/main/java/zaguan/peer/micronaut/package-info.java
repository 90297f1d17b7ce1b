/** A peer in the benchmark: Micronaut as it is. */
package zaguan.peer.micronaut;
