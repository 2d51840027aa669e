"""A threading HTTP server, all of whose names come from a star import."""
import threading
import urllib.request
from http.server import *


class PageHandler(BaseHTTPRequestHandler):
    views = {}

    def do_GET(self):
        self.views[self.path] = self.views.get(self.path, 0) + 1
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format, *args):
        return None


def visit(port):
    for number in range(4):
        url = f"http://127.0.0.1:{port}/{number % 2}"
        with urllib.request.urlopen(url, timeout=2) as page:
            page.read()


def drive():
    with ThreadingHTTPServer(("127.0.0.1", 0), PageHandler) as server:
        loop = threading.Thread(target=server.serve_forever, args=(0.01,))
        loop.start()
        visitors = [
            threading.Thread(target=visit, args=(server.server_port,))
            for _ in range(3)
        ]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        server.shutdown()
        loop.join()
