"""Settings are a ChainMap; an increment reads one map and writes another."""
import threading
from collections import ChainMap

DEFAULTS = {"retries": 0, "timeout": 30}


class Settings:
    def __init__(self) -> None:
        self._values = ChainMap({}, DEFAULTS)

    def more_retries(self) -> None:
        self._values["retries"] = self._values.get("retries", 0) + 1
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy
# FN run: GIL101 the mapping is written in Python that is not under test


def tune(settings: Settings) -> None:
    for _ in range(40):
        settings.more_retries()


def drive() -> None:
    settings = Settings()
    threads = [threading.Thread(target=tune, args=(settings,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
