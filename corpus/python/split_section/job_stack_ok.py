"""The first section is only a hint: the second one checks again before it pops."""
import threading


class JobStack:
    def __init__(self):
        self._lock = threading.Lock()
        self._jobs = []

    def push(self, job):
        with self._lock:
            self._jobs.append(job)

    def take(self):
        self._lock.acquire()
        try:
            waiting = len(self._jobs)
        finally:
            self._lock.release()
        if waiting == 0:
            return None
        with self._lock:
            if not self._jobs:
                return None
            return self._jobs.pop()


def produce(stack):
    for number in range(40):
        stack.push(number)


def consume(stack):
    for _ in range(40):
        stack.take()


def drive():
    stack = JobStack()
    threads = [
        threading.Thread(target=produce, args=(stack,)),
        threading.Thread(target=consume, args=(stack,)),
        threading.Thread(target=consume, args=(stack,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
