# What servers and clients share. Ports, the data directory and Consul's address come in a file of the machine's own.

bind_addr            = "127.0.0.1"
disable_update_check = true

# Nomad does not take loopback unless it is said. On a cluster, leave this out and set bind_addr.
advertise {
  http = "127.0.0.1"
  rpc  = "127.0.0.1"
  serf = "127.0.0.1"
}

telemetry {
  prometheus_metrics         = true
  publish_allocation_metrics = true
  publish_node_metrics       = true
  disable_hostname           = true
}
