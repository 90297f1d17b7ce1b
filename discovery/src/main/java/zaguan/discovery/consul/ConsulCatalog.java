package zaguan.discovery.consul;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import zaguan.discovery.http.BoundedClient;

/**
 * What is registered, by Consul's <a
 * href="https://developer.hashicorp.com/consul/api-docs/catalog">catalog</a> and <a
 * href="https://developer.hashicorp.com/consul/api-docs/health">health</a> endpoints. Any thread;
 * waits for Consul, and throws as {@link ConsulApi} does.
 */
@Singleton
public final class ConsulCatalog {

  private static final Argument<Map<String, List<String>>> NAMES_AND_TAGS =
      Argument.mapOf(Argument.STRING, Argument.listOf(String.class));

  /** Takes the tags of all services, by their names. */
  public interface NamesReader {
    /**
     * @param fromNothing whether nothing that was seen before can be compared with it
     */
    void read(Map<String, List<String>> names, boolean fromNothing) throws IOException;
  }

  /** Takes the services and nodes to read again, since their checks changed. */
  public interface ChecksReader {
    void read(HealthDiff.Changed changed);
  }

  /** Takes what is registered under a name. */
  public interface EntriesReader {
    void read(HealthEntries entries);
  }

  private final ConsulApi consul;
  private final ObjectMapper json;

  public ConsulCatalog(ConsulApi consul, ObjectMapper json) {
    this.consul = consul;
    this.json = json;
  }

  /** Asks for all names and tags, whenever there is news, until the thread is interrupted. */
  public void pollNames(NamesReader reader, Outage outage, RandomGenerator random) {
    new LongPoll(
            consul,
            Question.NAMES,
            Question.NAMES.path(),
            (body, fromNothing) -> reader.read(names(body), fromNothing),
            outage,
            random)
        .run();
  }

  /** Asks for all checks, whenever there is news, until the thread is interrupted. */
  public void pollChecks(ChecksReader reader, Outage outage, RandomGenerator random) {
    HealthDiff seen = new HealthDiff();
    new LongPoll(
            consul,
            Question.CHECKS,
            Question.CHECKS.path(),
            (body, fromNothing) -> reader.read(seen.next(body, fromNothing)),
            outage,
            random)
        .run();
  }

  /**
   * Asks what is registered under a name, whenever there is news, until the thread is interrupted.
   */
  public void pollEntries(
      String name, EntriesReader reader, Outage outage, RandomGenerator random) {
    new LongPoll(
            consul,
            Question.INSTANCES,
            path(name),
            (body, fromNothing) -> reader.read(HealthEntries.of(body, json)),
            outage,
            random)
        .run();
  }

  /**
   * What is registered under a name, or under one that differs in upper and lower case only.
   *
   * @throws UnreadableException if the fault is that service's
   */
  public HealthEntries entries(String name) throws IOException, InterruptedException {
    byte[] body;
    try {
      body = consul.get(path(name)).body();
    } catch (ConsulApi.Refused e) {
      if (e.isForTheQuestion()) {
        throw new UnreadableException(
            "Consul answers " + e.status() + " to the question for this name", e);
      }
      throw e;
    }
    return HealthEntries.of(body, json);
  }

  /** The names of all services, in no order. */
  public List<String> names() throws IOException, InterruptedException {
    return List.copyOf(names(consul.get(Question.NAMES.path()).body()).keySet());
  }

  /** Throws if Consul does not answer. */
  public void requireAnswer() throws IOException, InterruptedException {
    consul.get(Question.NAMES.path());
  }

  private static String path(String name) {
    return Question.INSTANCES.path() + BoundedClient.encoded(name);
  }

  private Map<String, List<String>> names(byte[] body) throws IOException {
    Map<String, List<String>> names = new HashMap<>();
    json.readValue(body, NAMES_AND_TAGS)
        .forEach((name, tags) -> names.put(name, tags == null ? List.of() : tags));
    return names;
  }
}
