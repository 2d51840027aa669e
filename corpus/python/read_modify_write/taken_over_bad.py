"""A value is kept, replaced and put back: what another thread stored meanwhile is lost."""
import threading


class Wire:
    def __init__(self):
        self.errors = 0

    def quietly(self):
        kept = self.errors
#              ^^^^^^^^^^^ GIL101 already-racy
        self.errors = -1
        self._send()
        self.errors = kept

    def _send(self):
        return len("ping")


def work(wire):
    for _ in range(60):
        wire.quietly()


def drive():
    wire = Wire()
    threads = [threading.Thread(target=work, args=(wire,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
