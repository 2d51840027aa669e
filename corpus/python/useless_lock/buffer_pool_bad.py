"""self._spare looks like the instance's list; it is the class's."""
import threading


class BufferPool:
    _spare = [bytearray(64) for _ in range(50)]

    def __init__(self, size):
        self._size = size
        self._lock = threading.Lock()

    def acquire(self):
        with self._lock:
            if self._spare:
#              ^^^^^^^^^^^ GIL204 gil-masked
                return self._spare.pop()
        return bytearray(self._size)


def copy_blocks(size):
    pool = BufferPool(size)
    for _ in range(40):
        try:
            pool.acquire()
        except IndexError:
            pass


def drive():
    threads = [threading.Thread(target=copy_blocks, args=(64,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
