"""Feature flags are a frozenset that `|=` replaces by a larger one."""
import threading


class Features:
    def __init__(self) -> None:
        self.enabled: frozenset[str] = frozenset()

    def enable(self, *names: str) -> None:
        self.enabled |= set(names)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def roll_out(features: Features, prefix: str) -> None:
    for number in range(40):
        features.enable(f"{prefix}-{number}")


def drive() -> None:
    features = Features()
    threads = [
        threading.Thread(target=roll_out, args=(features, "search")),
        threading.Thread(target=roll_out, args=(features, "cart")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
