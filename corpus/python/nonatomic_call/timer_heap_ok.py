"""queue.PriorityQueue is shared; the heap worked on by heapq is a local list."""
import heapq
import queue
import threading


class TimerQueue:
    def __init__(self):
        self._due = queue.PriorityQueue()

    def schedule(self, due):
        self._due.put(due)

    def pop_due(self):
        try:
            return self._due.get_nowait()
        except queue.Empty:
            return None


def plan(timers, start):
    heap = []
    for number in range(60):
        heapq.heappush(heap, start + number * 7 % 60)
    for _ in range(60):
        timers.schedule(heapq.heappop(heap))


def run(timers):
    for _ in range(60):
        timers.pop_due()


def drive():
    timers = TimerQueue()
    threads = [
        threading.Thread(target=plan, args=(timers, 0)),
        threading.Thread(target=plan, args=(timers, 500)),
        threading.Thread(target=run, args=(timers,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
