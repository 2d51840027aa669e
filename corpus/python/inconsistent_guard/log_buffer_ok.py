"""Append and flush share the module's lock; the sink is written outside it."""
import threading

_flush_lock = threading.Lock()
_pending = []


def log(line):
    with _flush_lock:
        _pending.append(line)


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
