"""A coroutine-style generator accumulates samples that several threads send to it."""
import threading


def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total / count


class Sensor:
    def __init__(self):
        self._average = averager()
        next(self._average)

    def add(self, sample):
        return self._average.send(sample)
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL106 already-racy


def feed(sensor):
    for sample in range(60):
        try:
            sensor.add(float(sample))
        except ValueError:
            continue


def drive():
    sensor = Sensor()
    threads = [threading.Thread(target=feed, args=(sensor,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
