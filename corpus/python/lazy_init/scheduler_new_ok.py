"""__new__ tests and stores the one instance under a lock of the class."""
# gilcheck-corpus: assume=threaded

import threading


class Scheduler:
    _instance: "Scheduler | None" = None
    _instance_lock = threading.Lock()

    def __new__(cls) -> "Scheduler":
        with cls._instance_lock:
            if cls._instance is None:
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
