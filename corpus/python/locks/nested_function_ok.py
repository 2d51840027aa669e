"""The nested function is defined and called inside the same locked block."""
import threading


class Uploads:
    def __init__(self):
        self._lock = threading.Lock()
        self.active = 0
        self.peak = 0

    def begin(self):
        with self._lock:

            def note_peak():
                if self.active > self.peak:
                    self.peak = self.active

            self.active += 1
            note_peak()

    def finish(self):
        with self._lock:
            self.active -= 1


def upload(uploads):
    for _ in range(60):
        uploads.begin()
        uploads.finish()


def drive():
    uploads = Uploads()
    threads = [threading.Thread(target=upload, args=(uploads,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
