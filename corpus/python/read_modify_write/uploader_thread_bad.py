"""Thread subclasses add to a class counter; the old value is read before the call."""

import threading


class Uploader(threading.Thread):
    sent = 0

    def __init__(self, parts: list[bytes]) -> None:
        super().__init__()
        self.parts = parts

    def upload(self, part: bytes) -> int:
        return len(part)

    def run(self) -> None:
        for part in self.parts:
            Uploader.sent += self.upload(part)
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy high


def drive() -> int:
    uploaders = [Uploader([b"abc"] * 60) for _ in range(3)]
    for uploader in uploaders:
        uploader.start()
    for uploader in uploaders:
        uploader.join()
    return Uploader.sent
