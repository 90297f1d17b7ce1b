# The gateways: HAProxy finds them by DNS, and they find everything tagged `public`.

variable "apps" {
  description = "Where `./stack up` and `./stack run` publish; `./stack env` exports it. There, api-gateway.jar.path and api-gateway.image.name say what was published last. They are read when the job is submitted."
  type        = string
  default     = ".stack/apps" # from the root of the checkout
}

variable "api_gateway_jar" {
  description = "Another jar, where the client sees it. Its AOT cache lies beside it; without one that fits, the service starts slower."
  type        = string
  default     = null
}

variable "image" {
  description = "Another image, for the driver docker, such as one in a registry."
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

locals {
  apps = var.driver == "exec" ? "/apps" : abspath(var.apps) # a chroot has the jars there
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
          image        = var.image != null ? var.image : file("${var.apps}/api-gateway.image.name")
          network_mode = "host"
        }
      }

      dynamic "config" {
        for_each = var.driver == "docker" ? [] : [var.api_gateway_jar != null ? var.api_gateway_jar : "${local.apps}/${file("${var.apps}/api-gateway.jar.path")}"]
        iterator = jar

        content {
          command = "${meta.java_home}/bin/java"
          args = [
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx192m",
            "-XX:AOTCache=${trimsuffix(jar.value, ".jar")}.aot",
            "-jar",
            jar.value,
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
