"""The key hashes in C, and the increment lies in a bounded semaphore of one permit."""

import threading


class HeatMap:
    def __init__(self, cells: list[tuple[int, int]]) -> None:
        self._permit = threading.BoundedSemaphore(1)
        self._heat: dict[tuple[int, int], int] = {cell: 0 for cell in cells}

    def touch(self, cell: tuple[int, int]) -> None:
        with self._permit:
            self._heat[cell] += 1


def move(heat: HeatMap, cells: list[tuple[int, int]]) -> None:
    for cell in cells * 20:
        heat.touch(cell)


def drive() -> None:
    cells = [(row, 0) for row in range(4)]
    heat = HeatMap(cells)
    threads = [threading.Thread(target=move, args=(heat, cells)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
