"""Each thread brightens its own rows: memoryviews of parts that do not overlap."""
import threading


class Strip:
    def __init__(self, view: memoryview) -> None:
        self._view = view

    def brighten(self, position: int) -> None:
        self._view[position] += 1


def draw(strip: Strip) -> None:
    for number in range(64):
        strip.brighten(number % 16)


def drive() -> None:
    pixels = memoryview(bytearray(48))
    strips = [Strip(pixels[start : start + 16]) for start in (0, 16, 32)]
    threads = [threading.Thread(target=draw, args=(strip,)) for strip in strips]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
