# The front door. It follows the gateways by Consul's DNS, so this job changes only when haproxy.cfg does.

variable "front_door_port" {
  description = "Where clients knock."
  type        = number
  default     = 8080
}

variable "statistics_port" {
  description = "Statistics page and Prometheus metrics."
  type        = number
  default     = 8404
}

variable "gateways" {
  description = "How many gateways are expected; twice as many have a slot, and 20 at least, so that another number seldom changes this job."
  type        = number
  default     = 2
}

variable "open_per_address" {
  description = "How many connections, and requests in HTTP/2, one address may have open; beyond, 429. In IPv6, 64 bits are an address."
  type        = number
  default     = 3000
}

variable "checkout" {
  description = "The folder of the checkout; `./stack env` exports it, so that this job runs from any folder."
  type        = string
  default     = "."
}

variable "driver" {
  description = "raw_exec: a plain process. exec: an unprivileged user in a chroot, held to its memory; needs a client that runs as root. docker: a container, held to its memory."
  type        = string
  default     = "raw_exec"
}

variable "image" {
  description = "For the driver docker: another image, whose entrypoint is HAProxy."
  type        = string
  default     = null
}

variable "apps" {
  description = "Where `./stack up` publishes; `./stack env` exports it. There, haproxy.image.name says which image was published last."
  type        = string
  default     = ".stack/apps" # from the root of the checkout
}

job "haproxy" {
  priority = 80

  group "haproxy" {
    update {
      min_healthy_time  = "1s"
      healthy_deadline  = "30s"
      progress_deadline = "1m"
    }

    restart {
      attempts = 10
      interval = "1m"
      delay    = "1s"
      mode     = "delay"
    }

    network {
      port "http" {
        static = var.front_door_port
      }

      port "statistics" {
        static = var.statistics_port
      }
    }

    service {
      name = "haproxy"
      port = "http"

      check {
        type     = "http"
        port     = "statistics"
        path     = "/health"
        interval = "1s"
        timeout  = "3s"
      }
    }

    task "haproxy" {
      driver = var.driver

      # Soft stop: it answers what it has accepted, then ends.
      kill_signal  = "SIGUSR1"
      kill_timeout = "20s"

      template {
        data        = file("${var.checkout}/haproxy/haproxy.cfg")
        destination = "local/haproxy.cfg"
      }

      config {
        command      = var.driver == "docker" ? null : "${meta.haproxy}"
        image        = var.driver != "docker" ? null : var.image != null ? var.image : file("${var.apps}/haproxy.image.name")
        network_mode = var.driver == "docker" ? "host" : null
        args         = ["-db", "-f", "local/haproxy.cfg"]
      }

      env {
        FRONT_DOOR_ADDR  = "${NOMAD_ADDR_http}"
        STATISTICS_ADDR  = "${NOMAD_ADDR_statistics}"
        CONSUL_DNS_ADDR  = "${meta.consul_dns_addr}"
        GATEWAY_SLOTS    = max(20, 2 * var.gateways)
        OPEN_PER_ADDRESS = var.open_per_address
      }

      resources {
        cpu    = 500
        memory = 400 # 10,000 connections with a head of 31 KB
      }
    }
  }
}
