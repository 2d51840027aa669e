"""sum() over live dict values: one C call with the GIL, a torn walk without it."""
import threading


class BlobStore:
    def __init__(self):
        self._sizes: dict[str, int] = {}

    def put(self, key, data):
        self._sizes[key] = len(data)

    def drop(self, key):
        self._sizes.pop(key, None)

    def total(self):
        return sum(self._sizes.values())
#                  ^^^^^^^^^^^^^^^^^^^^ GIL105 gil-masked


def fill(store, prefix):
    for number in range(80):
        store.put(f"{prefix}{number}", b"x" * number)
        store.drop(f"{prefix}{number - 8}")


def watch(store):
    for _ in range(40):
        store.total()


def drive():
    store = BlobStore()
    threads = [
        threading.Thread(target=fill, args=(store, "a")),
        threading.Thread(target=fill, args=(store, "b")),
        threading.Thread(target=watch, args=(store,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
