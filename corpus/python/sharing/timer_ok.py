"""The Timer only sets an event; the buffer stays with the thread that fills it."""
import threading


class AutoFlush:
    def __init__(self):
        self._due = threading.Event()
        self._buffer = []
        self.written = []

    def add(self, line):
        self._buffer.append(line)
        if self._due.is_set():
            self.flush()

    def flush(self):
        if self._buffer:
            self.written.append(self._buffer.pop())

    def start(self):
        timer = threading.Timer(0.0, self._due.set)
        timer.start()
        return timer


def drive():
    sink = AutoFlush()
    timers = [sink.start() for _ in range(3)]
    for number in range(60):
        sink.add(f"line {number}")
    for timer in timers:
        timer.join()
