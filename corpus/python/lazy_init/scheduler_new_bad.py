"""__new__ keeps the one instance on the class: two threads may build two."""
# gilcheck-corpus: assume=threaded

import threading


class Scheduler:
    _instance: "Scheduler | None" = None

    def __new__(cls) -> "Scheduler":
        if cls._instance is None:
#          ^^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy
            cls._instance = super().__new__(cls)
        return cls._instance


def plan(count: int) -> None:
    for _ in range(count):
        Scheduler()


def drive() -> None:
    threads = [threading.Thread(target=plan, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
