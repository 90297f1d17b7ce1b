package zaguan.stack;

import java.util.LinkedHashMap;
import java.util.Map;

/** The variables with which plain {@code nomad} and {@code consul} speak to a stack. */
final class Environment {

  private Environment() {}

  /** In the order in which they are printed; the caller's to change. */
  static Map<String, String> of(StackState.Settings settings, StackState state, Checkout checkout) {
    Ports ports = settings.ports();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("NOMAD_ADDR", Endpoints.of(ports).nomad().toString());
    environment.put("CONSUL_HTTP_ADDR", "127.0.0.1:" + ports.consulHttp());
    environment.put("NOMAD_VAR_apps", state.apps().toString());
    environment.put("NOMAD_VAR_checkout", checkout.root().toString());
    environment.put("NOMAD_VAR_driver", settings.driver().name());
    environment.put("NOMAD_VAR_front_door_port", String.valueOf(ports.frontDoor()));
    environment.put("NOMAD_VAR_statistics_port", String.valueOf(ports.statistics()));
    environment.put("NOMAD_VAR_gateways", String.valueOf(settings.gateways()));
    if (settings.docker() != null) {
      environment.put("DOCKER_HOST", settings.docker().endpoint());
    }
    String path = Program.path();
    environment.put("PATH", path.startsWith(state.bin() + ":") ? path : state.bin() + ":" + path);
    return environment;
  }
}
