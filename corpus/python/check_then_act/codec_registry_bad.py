"""A registry refuses a second codec of one name by an early raise, then stores."""
# gilcheck-corpus: assume=threaded

import threading

CODECS: dict[str, type] = {}


class JsonCodec:
    pass


def register(name: str, codec: type) -> type:
    if name in CODECS:
#      ^^^^^^^^^^^^^^ GIL102 gil-masked
        raise ValueError(f"codec {name!r} is already registered")
    CODECS[name] = codec
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
