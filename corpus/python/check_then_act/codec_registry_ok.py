"""The registry stores by setdefault, which says in one step who came first."""
# gilcheck-corpus: assume=threaded

import threading

CODECS: dict[str, type] = {}


class JsonCodec:
    pass


def register(name: str, codec: type) -> type:
    if CODECS.setdefault(name, codec) is not codec:
        raise ValueError(f"codec {name!r} is already registered")
    return codec


register("json", JsonCodec)


def load_plugins(prefix: str) -> None:
    for i in range(40):
        try:
            register(f"{prefix}{i}", JsonCodec)
        except ValueError:
            continue


def drive() -> None:
    threads = [threading.Thread(target=load_plugins, args=("x",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
