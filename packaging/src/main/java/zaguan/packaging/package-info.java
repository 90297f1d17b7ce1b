/**
 * What the build makes of a service beside its jar: the AOT cache of <a
 * href="https://openjdk.org/jeps/514">JEP 514</a>, from a run that answers real requests.
 */
package zaguan.packaging;
