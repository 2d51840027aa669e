"""Pixels are brightened through a memoryview of a bytearray."""
import threading


class Canvas:
    def __init__(self, size: int) -> None:
        self._pixels = bytearray(size)
        self._view = memoryview(self._pixels)

    def brighten(self, position: int) -> None:
        self._view[position] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
# FN run: GIL101 a memoryview is none of its containers


def draw(canvas: Canvas) -> None:
    for number in range(64):
        canvas.brighten(number % 16)


def drive() -> None:
    canvas = Canvas(16)
    threads = [threading.Thread(target=draw, args=(canvas,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
