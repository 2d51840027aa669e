"""A bound method is submitted to an executor; workers share its object."""
from concurrent.futures import ThreadPoolExecutor


class Thumbnailer:
    def __init__(self):
        self.sizes = {}
        self.bytes_written = 0

    def make(self, name, size):
        self.sizes[name] = size
        self.bytes_written += size * size
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin
        return name


def drive():
    thumbnailer = Thumbnailer()
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(thumbnailer.make, f"img{n}", n) for n in range(100)]
    return [future.result() for future in futures]
