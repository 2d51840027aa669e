"""The connection is opened through a local name and published last."""
import threading


class Connection:
    def __init__(self, address):
        self.address = address
        self.channel = None

    def open(self):
        self.channel = f"channel to {self.address}"

    def send(self, data):
        return self.channel + data


class Client:
    def __init__(self, address):
        self._lock = threading.Lock()
        self._address = address
        self._connection = None

    def connection(self):
        if self._connection is None:
            with self._lock:
                if self._connection is None:
                    connection = Connection(self._address)
                    connection.open()
                    self._connection = connection
        return self._connection


def talk(client):
    for _ in range(20):
        client.connection().send("ping")


def drive():
    client = Client("db:5432")
    threads = [threading.Thread(target=talk, args=(client,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
