"""The flag that keeps others out is taken back by whoever opens the pool again."""
import threading


class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._stopped = False
        self._members = set()

    def submit(self, name):
        with self._lock:
            if not self._stopped:
                self._members.add(name)

    def reopen(self):
        with self._lock:
            self._stopped = False

    def shutdown(self):
        with self._lock:
            self._stopped = True
        return [member for member in self._members if member]
#                                    ^^^^^^^^^^^^^ GIL105 already-racy


def work(pool, name):
    for i in range(60):
        pool.submit(f"{name}{i}")


def stop(pool):
    for _ in range(20):
        try:
            pool.shutdown()
        except RuntimeError:
            pass
        pool.reopen()


def drive():
    pool = Pool()
    threads = [threading.Thread(target=work, args=(pool, name)) for name in "abc"]
    threads += [threading.Thread(target=stop, args=(pool,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
