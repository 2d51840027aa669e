"""The class attribute is a default: __init__ gives each pool its own list."""
import threading


class BufferPool:
    _spare = None

    def __init__(self, size):
        self._size = size
        self._lock = threading.Lock()
        self._spare = [bytearray(size) for _ in range(50)]

    def acquire(self):
        with self._lock:
            if self._spare:
                return self._spare.pop()
        return bytearray(self._size)


def copy_blocks(pool):
    for _ in range(40):
        pool.acquire()


def drive():
    pool = BufferPool(64)
    threads = [threading.Thread(target=copy_blocks, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
