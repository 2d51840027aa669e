"""Shutdown sets a flag under the lock, but who adds has tested it before taking the lock."""
import threading


class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._stopped = False
        self._members = set()

    def submit(self, name):
        if self._stopped:
            raise RuntimeError("stopped")
        with self._lock:
            self._grow(name)

    def _grow(self, name):
        self._members.add(name)

    def shutdown(self):
        with self._lock:
            self._stopped = True
        return [member for member in self._members if member]
#                                    ^^^^^^^^^^^^^ GIL105 already-racy


def work(pool, name):
    try:
        for i in range(60):
            pool.submit(f"{name}{i}")
    except RuntimeError:
        pass


def stop(pool):
    try:
        pool.shutdown()
    except RuntimeError:
        pass


def drive():
    pool = Pool()
    threads = [threading.Thread(target=work, args=(pool, name)) for name in "abc"]
    threads.append(threading.Thread(target=stop, args=(pool,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
