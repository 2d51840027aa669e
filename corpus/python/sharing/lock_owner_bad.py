"""No thread root in sight, but a class that owns a lock is meant to be shared."""
import threading


class TokenBucket:
    def __init__(self, tokens):
        self._lock = threading.Lock()
        self._tokens = tokens

    def refill(self):
        with self._lock:
            self._tokens += 5

    def spend(self):
        if self._tokens > 0:
#          ^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self._tokens -= 1
            return True
        return False


def call(bucket, names):
    for name in names:
        getattr(bucket, name)()


def start(function_name, *args):
    thread = threading.Thread(target=globals()[function_name], args=args)
    thread.start()
    return thread


def drive():
    bucket = TokenBucket(10)
    names = ["spend", "spend", "refill"] * 20
    threads = [start("call", bucket, names) for _ in range(3)]
    for thread in threads:
        thread.join()
