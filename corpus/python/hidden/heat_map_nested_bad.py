"""A field of a heat map lies two subscripts deep and is incremented there."""
import threading


class HeatMap:
    def __init__(self, rows: int, columns: int) -> None:
        self._steps = [[0] * columns for _ in range(rows)]

    def step(self, row: int, column: int) -> None:
        self._steps[row][column] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def walk(heat_map: HeatMap) -> None:
    for number in range(60):
        heat_map.step(number % 4, number % 3)


def drive() -> None:
    heat_map = HeatMap(4, 3)
    threads = [threading.Thread(target=walk, args=(heat_map,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
