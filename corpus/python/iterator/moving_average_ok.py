"""Every feeding thread makes its own averaging generator."""
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


def feed(samples, results):
    sensor = Sensor()
    average = None
    for sample in range(samples):
        average = sensor.add(float(sample))
    results.append(average)


def drive():
    results = []
    threads = [threading.Thread(target=feed, args=(60, results)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
