# A service in another language: the microservice of the classic exam, in Python, served at /exam/.

variable "checkout" {
  description = "The folder of the checkout; `./stack env` exports it, so that this job runs from any folder."
  type        = string
  default     = "."
}

variable "driver" {
  description = "raw_exec: a plain process. exec: an unprivileged user in a chroot, held to its memory; needs a client that runs as root."
  type        = string
  default     = "raw_exec"
}

job "exam" {
  group "exam" {
    update {
      min_healthy_time  = "1s"
      healthy_deadline  = "30s"
      progress_deadline = "1m"
    }

    network {
      port "http" {}
    }

    shutdown_delay = "3s"

    service {
      name = "exam"
      port = "http"
      tags = ["public"]

      check {
        type     = "http"
        path     = "/health"
        interval = "1s"
        timeout  = "3s"
      }
    }

    task "exam" {
      driver = var.driver == "docker" ? "raw_exec" : var.driver # there is no image of it

      template {
        data        = file("${var.checkout}/nomad/examples/exam.py")
        destination = "local/exam.py"
      }

      config {
        command = "python3"
        args    = ["local/exam.py"]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
