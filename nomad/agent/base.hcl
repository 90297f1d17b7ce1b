# What servers and clients share. Ports, the data directory and Consul's address come in a file of the machine's own.

bind_addr            = "127.0.0.1"
disable_update_check = true

telemetry {
  prometheus_metrics         = true
  publish_allocation_metrics = true
  publish_node_metrics       = true
  disable_hostname           = true
}
