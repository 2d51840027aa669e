"""A started-flag is tested before the lock and not again inside."""
import threading


class Service:
    def __init__(self):
        self._lock = threading.Lock()
        self._started = False
        self.log = []

    def ensure_started(self):
        if not self._started:
#              ^^^^^^^^^^^^^ GIL203 already-racy
            with self._lock:
                self.log.append("started")
                self._started = True


def use(service):
    for _ in range(30):
        service.ensure_started()


def drive():
    service = Service()
    threads = [threading.Thread(target=use, args=(service,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
