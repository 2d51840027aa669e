"""flush() copies and clears under the lock; an unguarded append in between is lost."""
import threading

_flush_lock = threading.Lock()
_pending = []


def log(line):
    _pending.append(line)
#   ^^^^^^^^^^^^^^^^^^^^^ GIL201 already-racy


def flush(sink):
    with _flush_lock:
        batch = list(_pending)
        _pending.clear()
    sink.extend(batch)


def produce(name):
    for number in range(80):
        log(f"{name} {number}")


def consume(sink):
    for _ in range(20):
        flush(sink)


def drive():
    sink = []
    threads = [
        threading.Thread(target=produce, args=("web",)),
        threading.Thread(target=produce, args=("db",)),
        threading.Thread(target=consume, args=(sink,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
