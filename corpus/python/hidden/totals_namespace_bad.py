"""Totals of a run are fields of a SimpleNamespace."""
import threading
from types import SimpleNamespace

totals = SimpleNamespace(files=0, words=0)


def scan(text: str) -> None:
    totals.files += 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    totals.words += text.count(" ") + 1
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def scan_all(texts: list[str]) -> None:
    for text in texts:
        scan(text)


def drive() -> None:
    texts = ["a b", "c"] * 30
    threads = [threading.Thread(target=scan_all, args=(texts,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
