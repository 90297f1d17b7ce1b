package zaguan.peer.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway as its guide has it; all the rest is in application.yml. */
@SpringBootApplication
public class PeerGateway {

  public static void main(String[] args) {
    SpringApplication.run(PeerGateway.class, args);
  }
}
