/** The gateway beside its peers, in one run: {@code benchmarks/run}. */
package zaguan.benchmarks;
