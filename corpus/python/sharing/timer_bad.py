"""Three timers flush one buffer while the main thread goes on filling it."""
import threading


class AutoFlush:
    def __init__(self):
        self._buffer = []
        self.written = []

    def add(self, line):
        self._buffer.append(line)

    def flush(self):
        if self._buffer:
#          ^^^^^^^^^^^^ GIL102 gil-masked
            self.written.append(self._buffer.pop())


def drive():
    sink = AutoFlush()
    for number in range(3):
        sink.add(f"early {number}")
    timers = [threading.Timer(0.0, sink.flush) for _ in range(3)]
    for timer in timers:
        timer.start()
    for number in range(60):
        sink.add(f"line {number}")
    for timer in timers:
        timer.join()
