package zaguan.greeter;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Adds the name of the instance to every answer, errors and health among them. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class InstanceHeader {

  private final String instance;

  InstanceHeader(@Value("${greeter.instance}") String instance) {
    this.instance = instance;
  }

  @ResponseFilter
  void name(MutableHttpResponse<?> response) {
    response.header("X-Instance", instance);
  }
}
