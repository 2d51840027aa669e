"""A receiver cuts complete frames off the front of a bytearray."""
import threading


class FrameBuffer:
    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, chunk: bytes) -> None:
        self._data.extend(chunk)

    def take_frame(self) -> bytes:
        if len(self._data) < 8:
#          ^^^^^^^^^^^^^^^ GIL102 already-racy
            return b""
        frame = bytes(self._data[:8])
        del self._data[:8]
        return frame


def receive(buffer: FrameBuffer) -> None:
    for _ in range(40):
        buffer.feed(b"12345678")


def decode(buffer: FrameBuffer) -> None:
    for _ in range(15):
        buffer.take_frame()


def drive() -> None:
    buffer = FrameBuffer()
    threads = [
        threading.Thread(target=receive, args=(buffer,)),
        threading.Thread(target=decode, args=(buffer,)),
        threading.Thread(target=decode, args=(buffer,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
