"""heapq on a shared list: producers push, the runner pops, nobody locks."""
import heapq
import threading


class TimerQueue:
    def __init__(self):
        self._heap = []

    def schedule(self, due):
        heapq.heappush(self._heap, due)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked-if-builtin

    def pop_due(self):
        try:
            return heapq.heappop(self._heap)
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked-if-builtin
        except IndexError:
            return None


def plan(queue, start):
    for number in range(60):
        queue.schedule(start + number * 7 % 60)


def run(queue):
    for _ in range(60):
        queue.pop_due()


def drive():
    queue = TimerQueue()
    threads = [
        threading.Thread(target=plan, args=(queue, 0)),
        threading.Thread(target=plan, args=(queue, 500)),
        threading.Thread(target=run, args=(queue,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
