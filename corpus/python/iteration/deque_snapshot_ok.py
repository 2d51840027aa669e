"""list(list) is a snapshot on both builds: the source list is copied in one step."""
import threading

_latencies = []


def observe(millis):
    _latencies.append(millis)


def percentile_input():
    return list(_latencies)


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
