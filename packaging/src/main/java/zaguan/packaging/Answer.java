package zaguan.packaging;

import org.jspecify.annotations.Nullable;

/**
 * What another service answers while a service that calls it is trained.
 *
 * @param service the name of the other service, in Consul
 * @param content the body, or null
 */
record Answer(String service, String method, String path, int status, @Nullable Content content) {}
