"""Counter.update() and subtract() read, add and store: counts are lost."""

import threading
from collections import Counter

words: Counter[str] = Counter()
sizes: Counter[str] = Counter()
stock: Counter[str] = Counter()


def read(text: str) -> None:
    words.update(text.split())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked high
    sizes.update({"letters": len(text)})
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy high
    stock.subtract(["paper"])
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy high


def work() -> None:
    for _ in range(60):
        read("to be or not to be")


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
