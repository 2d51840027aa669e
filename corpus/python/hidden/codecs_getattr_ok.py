"""A missing attribute is made by __getattr__, which looks again with a lock."""
import threading


class Codec:
    def __init__(self, name: str) -> None:
        self.name = name
        self.used: list[int] = []


class Codecs:
    _making = threading.Lock()

    def __getattr__(self, name: str) -> Codec:
        with self._making:
            if name not in vars(self):
                setattr(self, name, Codec(name))
            return vars(self)[name]


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
