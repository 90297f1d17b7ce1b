# The machine that runs allocations.
#
# A file of the machine's own adds to client.meta what the jobs ask for:
#   java_home         the JDK 25 that services run on
#   haproxy           the haproxy binary
#   consul_http_addr  host:port of the machine's Consul agent
#   nomad_http_addr   host:port of this agent, or of a server
#   consul_dns_addr   host:port of its DNS
# and to client.chroot_env the folders of that JDK and of the jars.

client {
  enabled = true

  # Instances listen where this interface is; on a cluster, name the private network's.
  network_interface = "lo"

  # Looking for a cloud's metadata service costs seconds, and fails where an HTTPS proxy is configured.
  options = {
    "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"
  }

  # What a task of the driver exec sees of the machine. Nomad's default copies /usr and takes eleven seconds.
  chroot_env = {
    "/etc/group"                 = "/etc/group"
    "/etc/hosts"                 = "/etc/hosts"
    "/etc/ld.so.cache"           = "/etc/ld.so.cache"
    "/etc/java-25-openjdk"       = "/etc/java-25-openjdk"
    "/etc/nsswitch.conf"         = "/etc/nsswitch.conf"
    "/etc/passwd"                = "/etc/passwd"
    "/lib/aarch64-linux-gnu"     = "/lib/aarch64-linux-gnu"
    "/lib/ld-linux-aarch64.so.1" = "/lib/ld-linux-aarch64.so.1"
    "/lib/x86_64-linux-gnu"      = "/lib/x86_64-linux-gnu"
    "/lib64"                     = "/lib64"
    "/usr/bin/env"               = "/usr/bin/env"
    "/usr/bin/python3"           = "/usr/bin/python3"
    "/usr/bin/python3.11"        = "/usr/bin/python3.11"
    "/usr/bin/python3.13"        = "/usr/bin/python3.13"
    "/usr/lib/python3.11"        = "/usr/lib/python3.11"
    "/usr/lib/python3.13"        = "/usr/lib/python3.13"
    "/usr/sbin/haproxy"          = "/usr/sbin/haproxy"
  }
}

plugin "raw_exec" {
  config {
    enabled = true
  }
}

# Images that a build made known to this machine's Docker engine are in no registry: to remove them is to lose them.
plugin "docker" {
  config {
    gc {
      image = false

      # By Nomad's measure, another agent's containers on the same engine are dangling.
      dangling_containers {
        enabled = false
      }
    }
  }
}
