"""A class method builds the schema of its class once, as getattr() tells it."""
# gilcheck-corpus: assume=threaded

import threading


class Record:
    fields = ("id", "name")

    @classmethod
    def _build(cls) -> dict[str, str]:
        return {field: "text" for field in cls.fields}

    @classmethod
    def schema(cls) -> dict[str, str]:
        if getattr(cls, "_schema", None) is None:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy
            cls._schema = cls._build()
        return cls._schema


def describe(count: int) -> None:
    for _ in range(count):
        Record.schema()


def drive() -> None:
    threads = [threading.Thread(target=describe, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
