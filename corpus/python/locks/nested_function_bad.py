"""The function is defined under the lock and runs later, when nobody holds it."""
import threading


class Uploads:
    def __init__(self):
        self._lock = threading.Lock()
        self.active = 0

    def begin(self):
        with self._lock:
            self.active += 1

            def finish():
                self.active -= 1
#               ^^^^^^^^^^^^^^^^ GIL101 gil-masked

            return finish


def upload(uploads):
    for _ in range(60):
        finish = uploads.begin()
        finish()


def drive():
    uploads = Uploads()
    threads = [threading.Thread(target=upload, args=(uploads,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
