"""Rules are copied with copy.copy(), changed and stored instead of the old one."""
import copy
import threading


class Firewall:
    def __init__(self) -> None:
        self._rules: dict[str, str] = {}

    def allow(self, host: str) -> None:
        rules = copy.copy(self._rules)
#                         ^^^^^^^^^^^ GIL101 already-racy
        rules[host] = "allow"
        self._rules = rules


def administer(firewall: Firewall, prefix: str) -> None:
    for number in range(40):
        firewall.allow(f"{prefix}{number}")


def drive() -> None:
    firewall = Firewall()
    threads = [
        threading.Thread(target=administer, args=(firewall, "10.0.0.")),
        threading.Thread(target=administer, args=(firewall, "10.0.1.")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
