"""Feature flags are a set that is only ever added to, one name at a time."""
import threading


class Features:
    def __init__(self) -> None:
        self.enabled: set[str] = set()

    def enable(self, *names: str) -> None:
        for name in names:
            self.enabled.add(name)


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
