/**
 * The gateway's own balancing, in virtual time, against model instances: what it does beyond the
 * size of one machine. Deterministic: no clock, no threads, and all chance from seeds.
 */
package zaguan.simulation;
