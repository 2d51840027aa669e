"""A receiver cuts complete frames off a bytearray, under its lock."""
import threading


class FrameBuffer:
    def __init__(self) -> None:
        self._data = bytearray()
        self._lock = threading.Lock()

    def feed(self, chunk: bytes) -> None:
        with self._lock:
            self._data.extend(chunk)

    def take_frame(self) -> bytes:
        with self._lock:
            if len(self._data) < 8:
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
