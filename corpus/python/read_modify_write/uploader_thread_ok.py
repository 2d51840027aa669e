"""Each thread object counts for itself; the totals are read after join()."""

import threading


class Uploader(threading.Thread):
    def __init__(self, parts: list[bytes]) -> None:
        super().__init__()
        self.parts = parts
        self.sent = 0

    def upload(self, part: bytes) -> int:
        return len(part)

    def run(self) -> None:
        for part in self.parts:
            self.sent += self.upload(part)


def drive() -> int:
    uploaders = [Uploader([b"abc"] * 60) for _ in range(3)]
    for uploader in uploaders:
        uploader.start()
    total = 0
    for uploader in uploaders:
        uploader.join()
        total += uploader.sent
    return total
