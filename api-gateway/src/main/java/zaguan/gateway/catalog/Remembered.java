package zaguan.gateway.catalog;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import zaguan.discovery.catalog.Service;

/** What is remembered of a service, as it is kept in Consul. */
@Serdeable
record Remembered(Set<String> tags, Map<String, String> meta) {

  Remembered {
    tags = new TreeSet<>(tags);
    meta = new TreeMap<>(meta);
  }

  Service service(String name) {
    return new Service(name, tags, List.of(), meta);
  }
}
