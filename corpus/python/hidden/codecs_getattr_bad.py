"""A missing attribute is made by __getattr__: the failed lookup is the test."""
import threading


class Codec:
    def __init__(self, name: str) -> None:
        self.name = name
        self.used: list[int] = []


class Codecs:
    def __getattr__(self, name: str) -> Codec:
# FN: GIL103 the test is the failed lookup that calls __getattr__
# FN run: GIL103 the lookup that fails and the store are in two functions
        codec = Codec(name)
        setattr(self, name, codec)
        return codec


def encode(codecs: Codecs) -> None:
    for number in range(30):
        codecs.gzip.used.append(number)
        codecs.zstd.used.append(number)


def drive() -> None:
    codecs = Codecs()
    threads = [threading.Thread(target=encode, args=(codecs,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
