"""A loop under the lock walks a list to whose front others add without it: items shift."""
import threading


class Board:
    def __init__(self):
        self._lock = threading.Lock()
        self._notes = []

    def pin(self, note):
        self._notes.insert(0, note)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL201 already-racy

    def pin_two(self, note):
        with self._lock:
            self._notes.insert(0, note)
            self._notes.insert(0, note)

    def long_ones(self):
        with self._lock:
            return [note for note in self._notes if len(note) > 2]


def work(board):
    for i in range(40):
        board.pin(str(i))
        board.pin_two(str(i))
        board.long_ones()


def drive():
    board = Board()
    threads = [threading.Thread(target=work, args=(board,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
