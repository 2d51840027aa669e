"""A rule engine runs compiled rules over one table of variables with exec()."""
import threading

RULE = compile("total = total + amount * rate", __file__, "exec")
# FN: GIL101 the code is a text
# FN run: GIL101 code that exec() runs counts as the body of a module


class Pricing:
    def __init__(self) -> None:
        self._variables = {"total": 0, "amount": 3, "rate": 2}

    def apply(self) -> None:
        exec(RULE, self._variables)


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
