"""The length is read in one section, and the pop is in another one."""
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
#                     ^^^^^^^^^^^^^^^ GIL202 already-racy
        finally:
            self._lock.release()
        if waiting == 0:
            return None
        with self._lock:
            return self._jobs.pop()


def produce(stack):
    for number in range(40):
        stack.push(number)


def consume(stack):
    for _ in range(40):
        try:
            stack.take()
        except IndexError:
            pass


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
