"""The handler counts on itself: the server makes one handler for each request."""
import socket
import socketserver
import threading


class EchoHandler(socketserver.BaseRequestHandler):
    def setup(self):
        self.received = 0
        self.parts = []

    def handle(self):
        data = self.request.recv(64)
        self.received += len(data)
        if self.received > 0:
            self.parts.append(data)
        for part in self.parts:
            self.request.sendall(part)


def ask(address):
    for _ in range(4):
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(b"ping")
            connection.recv(64)


def drive():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), EchoHandler)
    with server:
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
