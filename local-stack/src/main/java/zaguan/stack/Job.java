package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A job that Nomad has.
 *
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/jobs">Nomad's jobs</a>
 */
record Job(@JsonProperty("ID") String id, String namespace, int version) {}
