package zaguan.peer.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A service that calls another one, as Micronaut's guides have it. Whether the module {@code
 * discovery} is on the class path is all that differs between the callers that are compared.
 *
 * <p>For each number that it reads it makes that many calls, and writes {@code failed: } and how
 * many failed. What else it writes is its log.
 */
public final class PeerCaller {

  private static final int AT_ONCE = 32;

  private PeerCaller() {}

  @Client("kilobyte")
  interface KilobyteClient {
    @Get("/")
    Mono<String> get();
  }

  public static void main(String[] args) throws IOException {
    try (ApplicationContext context = ApplicationContext.run();
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      KilobyteClient client = context.getBean(KilobyteClient.class);
      String order;
      while ((order = orders.readLine()) != null) {
        System.out.println("failed: " + failures(client, Integer.parseInt(order)));
      }
    }
  }

  private static long failures(KilobyteClient client, int calls) {
    AtomicLong failures = new AtomicLong();
    Flux.range(0, calls)
        .flatMap(
            call ->
                client
                    .get()
                    .doOnError(
                        failure -> {
                          if (failures.getAndIncrement() == 0) {
                            failure.printStackTrace();
                          }
                        })
                    .onErrorComplete(),
            AT_ONCE)
        .blockLast();
    return failures.get();
  }
}
