"""__init__ and its helper finish all changes before self is handed to the thread."""
import threading


class Monitor:
    def __init__(self):
        self.ticks = 0
        self._warm_up(60)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _warm_up(self, rounds):
        for _ in range(rounds):
            self.ticks += 1

    def _run(self):
        for _ in range(60):
            self.ticks += 1

    def close(self):
        self._thread.join()


def drive():
    monitors = [Monitor() for _ in range(3)]
    for monitor in monitors:
        monitor.close()
