"""Two functions start a thread each, on a server of their own."""
import threading


class Server:
    def __init__(self):
        self.requests = 0

    def serve(self):
        for _ in range(60):
            self.requests += 1


def public_server():
    server = Server()
    thread = threading.Thread(target=server.serve)
    thread.start()
    return thread


def admin_server():
    server = Server()
    thread = threading.Thread(target=server.serve)
    thread.start()
    return thread


def drive():
    threads = [public_server(), admin_server()]
    for thread in threads:
        thread.join()
