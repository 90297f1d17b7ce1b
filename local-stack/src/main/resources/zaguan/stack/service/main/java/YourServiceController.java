package zaguan.yourservice;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.validation.Valid;

/** What the service answers. Its path has no prefix: the gateway takes that away. */
@Controller
class YourServiceController {

  private final Greeter greeter;

  YourServiceController(Greeter greeter) {
    this.greeter = greeter;
  }

  /** Runs on a virtual thread, since it waits for the greeter. */
  @Post
  @ExecuteOn(TaskExecutors.BLOCKING)
  Reply answer(@Body @Valid Request request) {
    String greeting = greeter.hello(request.name()).greeting();
    return new Reply(greeting, request.count());
  }
}
