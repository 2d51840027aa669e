"""Two methods of one server start threads on that server."""
import threading


class Server:
    def __init__(self):
        self.requests = 0

    def listen(self):
        self.first = threading.Thread(target=self._serve)
        self.first.start()

    def listen_too(self):
        self.second = threading.Thread(target=self._serve)
        self.second.start()

    def _serve(self):
        for _ in range(60):
            self.requests += 1
#           ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    def close(self):
        self.first.join()
        self.second.join()


def drive():
    server = Server()
    server.listen()
    server.listen_too()
    server.close()
    return server.requests
