"""The enumerate object is made and consumed inside one call of one worker."""
from concurrent.futures import ThreadPoolExecutor


class LineSource:
    def __init__(self, lines):
        self._lines = tuple(lines)

    def numbered(self, wanted):
        numbered = enumerate(self._lines, 1)
        for number, line in numbered:
            if number == wanted:
                return line, next(numbered, None)
        return None


def drive():
    source = LineSource([f"line {number}" for number in range(90)])
    with ThreadPoolExecutor(max_workers=4) as pool:
        for wanted in range(90):
            pool.submit(source.numbered, wanted)
