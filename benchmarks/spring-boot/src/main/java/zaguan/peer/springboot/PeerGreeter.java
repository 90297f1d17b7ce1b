package zaguan.peer.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The greeter as Spring's guides would have it, with Actuator for its health. */
@SpringBootApplication
public class PeerGreeter {

  public static void main(String[] args) {
    SpringApplication.run(PeerGreeter.class, args);
  }

  record Greeting(String greeting, String instance) {}

  @RestController
  static class GreeterController {

    @GetMapping("/hello/{name}")
    Greeting greet(@PathVariable String name) {
      return new Greeting("Hello, " + name + "!", "spring-boot");
    }
  }
}
