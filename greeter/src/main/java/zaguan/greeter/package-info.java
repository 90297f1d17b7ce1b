/** The example service. {@code ./stack new} begins another. */
package zaguan.greeter;
