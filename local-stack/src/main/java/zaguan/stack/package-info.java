/**
 * Brings a whole stack up on one machine: the command line {@code ./stack}, and the library that
 * the system tests use.
 */
package zaguan.stack;
