"""A service puts its client into its own __dict__ under a lock."""
import threading


class Client:
    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[str] = []

    def get(self, path: str) -> None:
        self.requests.append(path)


class Service:
    def __init__(self, address: str) -> None:
        self.address = address
        self._making = threading.Lock()

    def fetch(self, path: str) -> None:
        with self._making:
            if "client" not in self.__dict__:
                self.__dict__["client"] = Client(self.address)
            client = self.__dict__["client"]
        client.get(path)


def crawl(service: Service) -> None:
    for number in range(30):
        service.fetch(f"/page/{number}")


def drive() -> None:
    service = Service("localhost")
    threads = [threading.Thread(target=crawl, args=(service,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
