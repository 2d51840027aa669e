"""A lease is tested by a mapping pattern and taken under a lock."""
import threading


class Lease:
    def __init__(self) -> None:
        self._entry: dict[str, str | None] = {"owner": None}
        self._lock = threading.Lock()

    def take(self, name: str) -> bool:
        with self._lock:
            match self._entry:
                case {"owner": None}:
                    self._entry["owner"] = name
                    return True
            return False

    def give_back(self) -> None:
        with self._lock:
            self._entry["owner"] = None


def compete(lease: Lease, name: str) -> None:
    for _ in range(40):
        if lease.take(name):
            lease.give_back()


def drive() -> None:
    lease = Lease()
    threads = [
        threading.Thread(target=compete, args=(lease, "north")),
        threading.Thread(target=compete, args=(lease, "south")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
