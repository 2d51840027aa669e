"""Settings are a ChainMap; each thread has a child of its own over the defaults."""
import threading
from collections import ChainMap

DEFAULTS = {"retries": 0, "timeout": 30}


class Settings:
    def __init__(self, values: ChainMap) -> None:
        self._values = values.new_child()

    def more_retries(self) -> None:
        self._values["retries"] = self._values.get("retries", 0) + 1


def tune(values: ChainMap) -> None:
    settings = Settings(values)
    for _ in range(40):
        settings.more_retries()


def drive() -> None:
    values = ChainMap(DEFAULTS)
    threads = [threading.Thread(target=tune, args=(values,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
