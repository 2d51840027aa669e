"""An early return without the lock, then the same test under it, flag set last."""
import threading


class Service:
    def __init__(self):
        self._lock = threading.Lock()
        self._started = False
        self.log = []

    def ensure_started(self):
        if self._started:
            return
        with self._lock:
            if self._started:
                return
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
