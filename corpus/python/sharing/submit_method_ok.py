"""Workers return their share through the future; only the main thread adds up."""
from concurrent.futures import ThreadPoolExecutor


class Thumbnailer:
    def __init__(self):
        self.sizes = {}
        self.bytes_written = 0

    def make(self, name, size):
        self.sizes[name] = size
        return size * size

    def make_all(self, images):
        with ThreadPoolExecutor(max_workers=4) as pool:
            futures = [pool.submit(self.make, name, size) for name, size in images]
        for future in futures:
            self.bytes_written += future.result()


def drive():
    thumbnailer = Thumbnailer()
    thumbnailer.make_all([(f"img{n}", n) for n in range(100)])
    return thumbnailer.bytes_written
