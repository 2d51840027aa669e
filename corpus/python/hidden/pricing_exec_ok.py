"""A rule engine runs compiled rules with exec(), each over a copy of its table."""
import threading

RULE = compile("total = total + amount * rate", __file__, "exec")


class Pricing:
    def __init__(self) -> None:
        self._variables = {"total": 0, "amount": 3, "rate": 2}

    def apply(self) -> int:
        variables = dict(self._variables)
        exec(RULE, variables)
        return variables["total"]


def price(pricing: Pricing) -> None:
    for _ in range(40):
        pricing.apply()


def drive() -> None:
    pricing = Pricing()
    threads = [threading.Thread(target=price, args=(pricing,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
