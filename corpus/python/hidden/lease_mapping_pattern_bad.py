"""A lease is tested by a mapping pattern and taken in its case."""
import threading


class Lease:
    def __init__(self) -> None:
        self._entry: dict[str, str | None] = {"owner": None}

    def take(self, name: str) -> bool:
        match self._entry:
#             ^^^^^^^^^^^ GIL102 gil-masked
# FN run: GIL102 reported where the pattern reads, at the case
            case {"owner": None}:
                self._entry["owner"] = name
                return True
        return False

    def give_back(self) -> None:
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
