# The example service. `./stack new` makes the job file of another out of this one.

variable "apps" {
  description = "Where `./stack up` and `./stack run` publish; `./stack env` exports it. There, greeter.jar.path and greeter.image.name say what was published last. They are read when the job is submitted."
  type        = string
  default     = ".stack/apps" # from the root of the checkout
}

variable "greeter_jar" {
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
  default     = 3
}

variable "driver" {
  description = "raw_exec: a plain process. exec: an unprivileged user in a chroot, held to its memory; needs a client that runs as root. docker: a container, held to its memory."
  type        = string
  default     = "raw_exec"
}

locals {
  apps = var.driver == "exec" ? "/apps" : abspath(var.apps) # a chroot has the jars there
}

job "greeter" {
  group "greeter" {
    count = var.count

    # With none, the gateway asks for one when a request comes.
    scaling {
      min = 0
      max = 100
    }

    # A new version starts as one canary beside the old ones; only when it is healthy do the others follow,
    # one at a time. One that fails is taken back.
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
      attempts = 2
      interval = "1m"
      delay    = "100ms"
      mode     = "fail"
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

    # Between leaving Consul and the signal to stop: by then nobody sends here any more.
    shutdown_delay = "3s"

    service {
      name = "greeter"
      port = "http"
      tags = ["public"]

      # What the gateway scales from zero, and to zero if you add sleep-after = "15m".
      meta {
        nomad-job   = "${NOMAD_JOB_ID}"
        nomad-group = "${NOMAD_GROUP_NAME}"
      }

      check {
        type     = "http"
        path     = "/health/readiness"
        interval = "1s"
        timeout  = "3s"

        check_restart {
          limit = 10
          grace = "30s"
        }
      }
    }

    task "greeter" {
      driver       = var.driver
      kill_timeout = "20s"

      # The image says what to run, with which flags; it listens on the machine's loopback, as the others do.
      dynamic "config" {
        for_each = var.driver == "docker" ? ["docker"] : []

        content {
          image        = var.image != null ? var.image : file("${var.apps}/greeter.image.name")
          network_mode = "host"
        }
      }

      dynamic "config" {
        for_each = var.driver == "docker" ? [] : [var.greeter_jar != null ? var.greeter_jar : "${local.apps}/${file("${var.apps}/greeter.jar.path")}"]
        iterator = jar

        content {
          command = "${meta.java_home}/bin/java"
          args = [
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx96m",
            "-Xmn8m",
            "-XX:AOTCache=${trimsuffix(jar.value, ".jar")}.aot",
            "-jar",
            jar.value,
          ]
        }
      }

      env {
        CONSUL_HTTP_ADDR = "${meta.consul_http_addr}"
      }

      resources {
        cpu    = 100
        memory = 320
      }
    }
  }
}
