"""hasattr() tells whether the buffer exists; its call ends before the store."""

import threading


class Capture:
    def write(self, line: str) -> None:
        if not hasattr(self, "_lines"):
#              ^^^^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy
            self._lines: list[str] = []
        self._lines.append(line)


def talk(capture: Capture) -> None:
    for i in range(60):
        capture.write(f"line {i}")


def drive() -> None:
    capture = Capture()
    threads = [threading.Thread(target=talk, args=(capture,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
