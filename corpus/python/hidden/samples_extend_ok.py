"""array.extend() of another array is one step; the generator fills that one."""
import threading
from array import array
from collections.abc import Iterable


class Recorder:
    def __init__(self) -> None:
        self._samples = array("B")

    def record(self, levels: Iterable[int]) -> None:
        self._samples.extend(array("B", [level & 255 for level in levels]))

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
