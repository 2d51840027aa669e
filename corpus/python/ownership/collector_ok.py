"""One collector thread owns the totals; the others only queue events."""
import queue
import threading

_totals = {}


def collect(events):
    while True:
        event = events.get()
        if event is None:
            return
        if event in _totals:
            _totals[event] += 1
        else:
            _totals[event] = 1


def produce(events, name):
    for _ in range(40):
        events.put(name)


def drive():
    events = queue.SimpleQueue()
    collector = threading.Thread(target=collect, args=(events,))
    producers = [
        threading.Thread(target=produce, args=(events, name)) for name in ("a", "b")
    ]
    collector.start()
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()
    events.put(None)
    collector.join()
