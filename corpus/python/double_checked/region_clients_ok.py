"""get() misses without the lock and is asked again under it."""
import threading


class RegionClient:
    def __init__(self, region):
        self.region = region
        self.calls = []


class ClientPool:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = {}

    def client(self, region):
        client = self._clients.get(region)
        if client is None:
            with self._lock:
                client = self._clients.get(region)
                if client is None:
                    client = RegionClient(region)
                    self._clients[region] = client
        return client


def call(pool):
    for number in range(40):
        pool.client(f"eu-{number % 4}").calls.append(number)


def drive():
    pool = ClientPool()
    threads = [threading.Thread(target=call, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
