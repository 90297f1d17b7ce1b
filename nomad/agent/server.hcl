# The scheduler. On a cluster: three of these, bootstrap_expect = 3; they find each other through Consul.

server {
  enabled          = true
  bootstrap_expect = 1
}
