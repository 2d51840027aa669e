"""A threading TCP server: handlers are per request, the server is shared."""
import socket
import socketserver
import threading


class CountingServer(socketserver.ThreadingTCPServer):
    requests = 0


class EchoHandler(socketserver.BaseRequestHandler):
    def handle(self):
        data = self.request.recv(64)
        self.server.requests += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self.request.sendall(data)


def ask(address):
    for _ in range(4):
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(b"ping")
            connection.recv(64)


def drive():
    with CountingServer(("127.0.0.1", 0), EchoHandler) as server:
        loop = threading.Thread(target=server.serve_forever, args=(0.01,))
        loop.start()
        clients = [
            threading.Thread(target=ask, args=(server.server_address,))
            for _ in range(3)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        server.shutdown()
        loop.join()
