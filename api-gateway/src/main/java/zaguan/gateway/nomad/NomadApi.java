package zaguan.gateway.nomad;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.http.Agent;
import zaguan.discovery.http.BoundedClient;

/**
 * Asks Nomad, blocking the thread that calls: for virtual threads. All of it throws {@link
 * IOException} if Nomad does not answer, or not as it should.
 */
@Singleton
public final class NomadApi {

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** By Nomad's words: it answers 400 and 500 to much else too. */
  private static final String DEPLOYMENT_ACTIVE = "active deployment";

  private static final String SCALED_MEANWHILE = "job modify index";
  private static final String NO_SUCH_JOB = "job not found";

  private static final Argument<List<NomadAllocation>> ALLOCATIONS =
      Argument.listOf(NomadAllocation.class);
  private static final Argument<List<NomadJob>> JOBS = Argument.listOf(NomadJob.class);
  private static final Argument<List<NomadEvaluation>> EVALUATIONS =
      Argument.listOf(NomadEvaluation.class);

  /** Nomad's answer to a request to scale. */
  public enum Scaled {
    done,
    /** The job has changed since it was read; perhaps another gateway changed it. */
    meanwhile,
    /** Nomad scales no job that is being deployed. */
    deploymentActive
  }

  /**
   * @param index of this list, to ask for what is newer
   */
  public record Allocations(List<NomadAllocation> list, long index) {}

  @Serdeable.Serializable
  record Ask(int Count, Map<String, String> Target, String Message, long JobModifyIndex) {}

  private final NomadSettings settings;
  private final ObjectMapper json;
  private final BoundedClient client;

  NomadApi(NomadSettings settings, ObjectMapper json) {
    this.settings = settings;
    this.json = json;
    client = new BoundedClient(CONNECT, Agent.isTls(settings.address()));
  }

  /** Of the agent. */
  public String address() {
    return settings.address();
  }

  /** Null if there is none of that name. */
  public @Nullable NomadJob job(String name) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(request(path(name, "")).GET(), PATIENCE);
    // A proxy on the way says 404 too.
    if (response.statusCode() == 404 && new String(response.body(), UTF_8).contains(NO_SUCH_JOB)) {
      return null;
    }
    NomadJob job = read(requireOk(response), NomadJob.class);
    if (job.id() != null && !job.id().equals(name)) {
      throw new IOException("Nomad answered with another job than " + name);
    }
    return job;
  }

  /** Whether there is a job of that name in another namespace, as far as Nomad shows them. */
  public boolean hasElsewhere(String name) throws IOException, InterruptedException {
    String path = "/v1/jobs?namespace=*&prefix=" + BoundedClient.encoded(name);
    HttpResponse<byte[]> response = send(request(path).GET(), PATIENCE);
    return response.statusCode() != 403
        && json.readValue(requireOk(response).body(), JOBS).stream()
            .anyMatch(job -> name.equals(job.id()));
  }

  /**
   * Scales a group, if its job is still as it was read.
   *
   * @param count how many instances, 0 or more
   * @param message for people, in Nomad's record of the job
   */
  public Scaled scale(String job, String group, NomadJob read, int count, String message)
      throws IOException, InterruptedException {
    Ask ask = new Ask(count, Map.of("Group", group), message, read.modifyIndex());
    HttpResponse<byte[]> response =
        send(
            request(path(job, "/scale"))
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(ask))),
            PATIENCE);
    if (response.statusCode() == 200) {
      return Scaled.done;
    }
    String words = new String(response.body(), UTF_8);
    if (words.contains(DEPLOYMENT_ACTIVE)) {
      return Scaled.deploymentActive;
    }
    if (words.contains(SCALED_MEANWHILE)) {
      return Scaled.meanwhile;
    }
    throw new Refused(response);
  }

  /** The job's allocations, once there is news since {@code index}, or after the wait. */
  public Allocations allocations(String job, long index, Duration wait)
      throws IOException, InterruptedException {
    String path = path(job, "/allocations") + "?index=" + index + "&wait=" + wait.toMillis() + "ms";
    HttpResponse<byte[]> response = requireOk(send(request(path).GET(), wait.plus(PATIENCE)));
    return new Allocations(
        json.readValue(response.body(), ALLOCATIONS),
        response.headers().firstValueAsLong("X-Nomad-Index").orElse(0));
  }

  public NomadAllocation allocation(String id) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        requireOk(send(request("/v1/allocation/" + id).GET(), PATIENCE));
    return read(response, NomadAllocation.class);
  }

  public List<NomadEvaluation> evaluations(String job) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        requireOk(send(request(path(job, "/evaluations")).GET(), PATIENCE));
    return json.readValue(response.body(), EVALUATIONS);
  }

  /** The latest; null if there never was one. */
  public @Nullable NomadDeployment deployment(String job) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        requireOk(send(request(path(job, "/deployment")).GET(), PATIENCE));
    boolean none = new String(response.body(), UTF_8).strip().equals("null");
    return none ? null : read(response, NomadDeployment.class);
  }

  @PreDestroy
  void close() {
    client.close();
  }

  /** Nomad said no, and why. */
  public static final class Refused extends IOException {

    private static final long serialVersionUID = 1;

    Refused(HttpResponse<byte[]> response) {
      super(
          "Nomad answered "
              + response.statusCode()
              + ": "
              + new String(response.body(), UTF_8).strip());
    }
  }

  private static String path(String job, String what) {
    return "/v1/job/" + BoundedClient.encoded(job) + what;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.address() + path));
    if (settings.token() != null) {
      request.header("X-Nomad-Token", settings.token());
    }
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, Duration patience)
      throws IOException, InterruptedException {
    return client.send(request.build(), patience);
  }

  private <T> T read(HttpResponse<byte[]> response, Class<T> type) throws IOException {
    T value = json.readValue(response.body(), type);
    if (value == null) {
      throw new IOException("Nomad answered null for " + type.getSimpleName());
    }
    return value;
  }

  private static HttpResponse<byte[]> requireOk(HttpResponse<byte[]> response) throws Refused {
    if (response.statusCode() != 200) {
      throw new Refused(response);
    }
    return response;
  }
}
