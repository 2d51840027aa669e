"""The connection is published before open() was called on it."""
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
                    self._connection = Connection(self._address)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL203 already-racy
                    self._connection.open()
        return self._connection


def talk(client):
    for _ in range(20):
        try:
            client.connection().send("ping")
        except TypeError:
            pass


def drive():
    client = Client("db:5432")
    threads = [threading.Thread(target=talk, args=(client,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
