"""An outbox is copied by copy.copy() and emptied under its lock."""
import copy
import threading


class Outbox:
    def __init__(self) -> None:
        self._letters: list[str] = []
        self._lock = threading.Lock()

    def write(self, letter: str) -> None:
        with self._lock:
            self._letters.append(letter)

    def collect(self) -> list[str]:
        with self._lock:
            letters = copy.copy(self._letters)
            self._letters.clear()
            return letters


def write(outbox: Outbox) -> None:
    for number in range(60):
        outbox.write(f"letter {number}")


def collect(outbox: Outbox) -> None:
    for _ in range(20):
        outbox.collect()


def drive() -> None:
    outbox = Outbox()
    threads = [
        threading.Thread(target=write, args=(outbox,)),
        threading.Thread(target=collect, args=(outbox,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
