# A system to be compared with the gateway: it runs by Nomad as the gateway does, and gets the same share of the processors.

variable "name" {
  description = "The job's name."
  type        = string
}

variable "port" {
  description = "Where it listens, on loopback."
  type        = number
}

variable "command" {
  description = "The program."
  type        = string
}

variable "args" {
  description = "Its arguments."
  type        = list(string)
}

variable "env" {
  description = "Its environment."
  type        = map(string)
}

job "peer" {
  id   = var.name
  name = var.name

  group "peer" {
    network {
      port "http" {
        static = var.port
      }
    }

    # One that ends is looked into, not started again.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "peer" {
      driver = "raw_exec"

      config {
        command = var.command
        args    = var.args
      }

      env = var.env

      resources {
        cpu    = 500 # of nomad/api-gateway.nomad.hcl
        memory = 1024
      }
    }
  }
}
