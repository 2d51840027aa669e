"""The dict key has a __hash__ in Python: the store runs it after the read."""

import threading


class Cell:
    def __init__(self, row: int, column: int) -> None:
        self.row = row
        self.column = column

    def __hash__(self) -> int:
        return self.row * 31 + self.column

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return False
        return (self.row, self.column) == (other.row, other.column)


class HeatMap:
    def __init__(self, cells: list[Cell]) -> None:
        self._heat: dict[Cell, int] = {cell: 0 for cell in cells}

    def touch(self, cell: Cell) -> None:
        self._heat[cell] += 1
#       ^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def move(heat: HeatMap, cells: list[Cell]) -> None:
    for cell in cells * 20:
        heat.touch(cell)


def drive() -> None:
    cells = [Cell(row, 0) for row in range(4)]
    heat = HeatMap(cells)
    threads = [threading.Thread(target=move, args=(heat, cells)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
