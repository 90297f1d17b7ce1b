package zaguan.benchmarks;

import java.net.URI;

/**
 * A system that is measured.
 *
 * @param name as in the table
 * @param account of the process that does the work
 * @param uri of the greeting, through it
 */
record Peer(String name, Account account, URI uri) {}
