# One Consul agent, server and client in one, on loopback. Also the base of a cluster's servers: there,
# set bind_addr, bootstrap_expect = 3 and retry_join in a second file, which is read after this one.

server           = true
bootstrap_expect = 1
bind_addr        = "127.0.0.1"

# Elections within a second: the default suits the smallest cloud machines.
performance {
  raft_multiplier = 1
}

ui_config {
  enabled = true
}

# Makes /v1/agent/metrics?format=prometheus answer. How often a gateway asks Consul is read there.
telemetry {
  prometheus_retention_time = "10m"
  disable_hostname          = true
}

# To its agent, all programs of a machine are one client. Each holds a connection for each service that it calls.
limits {
  http_max_conns_per_client = 4096
}

disable_update_check = true
