"""No lock and no thread root in sight: auto has no reason to believe in sharing."""
import threading


class TokenBucket:
    def __init__(self, tokens):
        self._tokens = tokens

    def refill(self):
        self._tokens += 5

    def spend(self):
        if self._tokens > 0:
            self._tokens -= 1
            return True
        return False


def call(names):
    bucket = TokenBucket(10)
    for name in names:
        getattr(bucket, name)()


def start(function_name, *args):
    thread = threading.Thread(target=globals()[function_name], args=args)
    thread.start()
    return thread


def drive():
    names = ["spend", "spend", "refill"] * 20
    threads = [start("call", names) for _ in range(3)]
    for thread in threads:
        thread.join()
