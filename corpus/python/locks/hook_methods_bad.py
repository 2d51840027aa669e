"""A base class calls what its subclasses put in place after it has let its lock go."""

import threading


class Sink:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.opened = False

    def write(self, text: str) -> None:
        with self._lock:
            self.opened = True
        self.emit(text)
        self.turn()

    def emit(self, text: str) -> None:
        raise NotImplementedError


class CountingSink(Sink):
    def __init__(self) -> None:
        super().__init__()
        self.lines = 0
        self.pages = 0

    def emit(self, text: str) -> None:
        self.count(text)

    def count(self, text: str) -> None:
        self.lines += 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked

    def turn(self) -> None:
        self.pages += 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked


sink = CountingSink()


def work() -> None:
    for serial in range(50):
        sink.write(str(serial))


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
