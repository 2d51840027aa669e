"""array.extend() of a generator appends one sample after the other."""
import threading
from array import array
from collections.abc import Iterable


class Recorder:
    def __init__(self) -> None:
        self._samples = array("B")

    def record(self, levels: Iterable[int]) -> None:
        self._samples.extend(level & 255 for level in levels)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy

    def size(self) -> int:
        return len(self._samples)


def record(recorder: Recorder) -> None:
    for _ in range(30):
        recorder.record((100, 300, 200))


def watch(recorder: Recorder) -> None:
    for _ in range(30):
        recorder.size()


def drive() -> None:
    recorder = Recorder()
    threads = [
        threading.Thread(target=record, args=(recorder,)),
        threading.Thread(target=record, args=(recorder,)),
        threading.Thread(target=watch, args=(recorder,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
