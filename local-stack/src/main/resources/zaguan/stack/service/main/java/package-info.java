/** The service yourservice, begun by {@code ./stack new}. */
package zaguan.yourservice;
