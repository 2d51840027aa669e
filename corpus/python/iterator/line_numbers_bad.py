"""An enumerate object kept on an instance and stepped by an executor's workers."""
from concurrent.futures import ThreadPoolExecutor


class LineSource:
    def __init__(self, lines):
        self._numbered = enumerate(lines, 1)

    def take(self):
        return next(self._numbered, (0, ""))
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL106 gil-masked


def drive():
    source = LineSource([f"line {number}" for number in range(90)])
    with ThreadPoolExecutor(max_workers=4) as pool:
        for _ in range(90):
            pool.submit(source.take)
