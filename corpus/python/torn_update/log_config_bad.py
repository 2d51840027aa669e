"""A class method stores level and sink on the class, and looks one up in between."""
# gilcheck-corpus: assume=threaded

import threading


class LogConfig:
    level = "info"
    sink = "console"

    @staticmethod
    def sink_for(level: str) -> str:
        return "pager" if level == "error" else "console"

    @classmethod
    def configure(cls, level: str) -> None:
        cls.level = level
#       ^^^^^^^^^^^^^^^^^ GIL104 already-racy
        cls.sink = cls.sink_for(level)

    @classmethod
    def target(cls) -> tuple[str, str]:
        return cls.level, cls.sink


def reload(count: int) -> None:
    for i in range(count):
        LogConfig.configure("error" if i % 2 else "info")


def log(count: int) -> None:
    for _ in range(count):
        LogConfig.target()


def drive() -> None:
    threads = [
        threading.Thread(target=reload, args=(80,)),
        threading.Thread(target=log, args=(80,)),
        threading.Thread(target=log, args=(80,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
