# The gateways: HAProxy finds them by DNS, and they find everything tagged `public`.

variable "api_gateway_jar" {
  description = "The runnable jar, where the client sees it; `./stack env` exports the one that it published. Its AOT cache lies beside it; without one that fits, the service starts slower."
  type        = string
  default     = null
}

variable "api_gateway_image" {
  description = "The image, for the driver docker; `./stack env` exports the one that it made known to the Docker engine."
  type        = string
  default     = null
}

variable "image" {
  description = "Another image, such as one in a registry."
  type        = string
  default     = null
}

variable "count" {
  description = "How many instances."
  type        = number
  default     = 2
}

variable "driver" {
  description = "raw_exec: a plain process. exec: an unprivileged user in a chroot, held to its memory; needs a client that runs as root. docker: a container, held to its memory."
  type        = string
  default     = "raw_exec"
}

job "api-gateway" {
  # Above the services, which it outlives when memory gets short.
  priority = 70

  group "api-gateway" {
    count = var.count

    update {
      canary            = 1
      max_parallel      = 1
      min_healthy_time  = "2s"
      healthy_deadline  = "1m"
      progress_deadline = "2m"
      auto_promote      = true
      auto_revert       = true
    }

    restart {
      attempts = 3
      interval = "1m"
      # If all gateways died, requests wait at the front door, for 5 s at most.
      delay = "100ms"
      mode  = "fail"
    }

    reschedule {
      delay          = "5s"
      delay_function = "exponential"
      max_delay      = "1m"
      unlimited      = true
    }

    network {
      port "http" {}
    }

    # HAProxy asks DNS every half second and keeps a name for a second and a half more.
    shutdown_delay = "5s"

    service {
      name = "api-gateway"
      port = "http"

      check {
        type     = "http"
        path     = "/-/health/readiness"
        interval = "1s"
        timeout  = "3s"

        check_restart {
          limit = 10
          grace = "30s"
        }
      }
    }

    task "api-gateway" {
      driver       = var.driver
      kill_timeout = "30s"

      # The image says what to run, with which flags; it listens on the machine's loopback, as the others do.
      dynamic "config" {
        for_each = var.driver == "docker" ? ["docker"] : []

        content {
          image        = coalesce(var.image, var.api_gateway_image)
          network_mode = "host"
        }
      }

      dynamic "config" {
        for_each = var.driver == "docker" ? [] : ["jar"]

        content {
          command = "${meta.java_home}/bin/java"
          args = [
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx192m",
            "-XX:AOTCache=${trimsuffix(var.api_gateway_jar, ".jar")}.aot",
            "-jar",
            var.api_gateway_jar,
          ]
        }
      }

      env {
        CONSUL_HTTP_ADDR = "${meta.consul_http_addr}"
        NOMAD_ADDR       = "${meta.nomad_http_addr}"
      }

      resources {
        cpu    = 500
        memory = 512
      }
    }
  }
}
