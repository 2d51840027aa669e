"""list(deque) is no snapshot without the GIL: it steps a deque iterator."""
import threading
from collections import deque

_latencies = deque(maxlen=64)


def observe(millis):
    _latencies.append(millis)


def percentile_input():
    return list(_latencies)
#               ^^^^^^^^^^ GIL105 gil-masked


def sample(start):
    for number in range(100):
        observe(start + number)


def summarise():
    for _ in range(30):
        values = percentile_input()
        values.sort()


def drive():
    threads = [
        threading.Thread(target=sample, args=(0,)),
        threading.Thread(target=sample, args=(1000,)),
        threading.Thread(target=summarise),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
