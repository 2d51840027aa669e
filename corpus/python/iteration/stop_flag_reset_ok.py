"""The flag can be taken back, so the walk over the members holds the lock."""
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


def work(pool, name):
    for i in range(60):
        pool.submit(f"{name}{i}")


def stop(pool):
    for _ in range(20):
        pool.shutdown()
        pool.reopen()


def drive():
    pool = Pool()
    threads = [threading.Thread(target=work, args=(pool, name)) for name in "abc"]
    threads.append(threading.Thread(target=stop, args=(pool,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
