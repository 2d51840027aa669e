"""__init__ starts a thread on self and goes on changing what the thread changes."""
import threading


class Monitor:
    def __init__(self):
        self.ticks = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        for _ in range(60):
            self.ticks += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked

    def _run(self):
        for _ in range(60):
            self.ticks += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked

    def close(self):
        self._thread.join()


def drive():
    monitors = [Monitor() for _ in range(3)]
    for monitor in monitors:
        monitor.close()
