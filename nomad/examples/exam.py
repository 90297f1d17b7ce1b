"""A microservice that knows nothing of Zaguán: two routes, plain text, Python's own library."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUTES = {"/": "Hello from Python\n", "/health": "OK\n"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        text = ROUTES.get(self.path.partition("?")[0])
        body = (text or "Not found\n").encode()
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


address = (os.environ.get("NOMAD_IP_http", "127.0.0.1"), int(os.environ.get("NOMAD_PORT_http", "8000")))
ThreadingHTTPServer(address, Handler).serve_forever()
