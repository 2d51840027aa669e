"""The collector was written for one thread; two are started, on a queue each."""
import queue
import threading

_totals = {}


def collect(events):
    while True:
        event = events.get()
        if event is None:
            return
        if event in _totals:
#          ^^^^^^^^^^^^^^^^ GIL102 gil-masked
            _totals[event] += 1
        else:
            _totals[event] = 1


def drive():
    web, jobs = queue.SimpleQueue(), queue.SimpleQueue()
    threads = [
        threading.Thread(target=collect, args=(web,)),
        threading.Thread(target=collect, args=(jobs,)),
    ]
    for thread in threads:
        thread.start()
    for number in range(60):
        web.put(f"event{number % 4}")
        jobs.put(f"event{number % 4}")
    web.put(None)
    jobs.put(None)
    for thread in threads:
        thread.join()
