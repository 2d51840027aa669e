"""Totals of a run are fields of a SimpleNamespace with a lock in it."""
import threading
from types import SimpleNamespace

totals = SimpleNamespace(files=0, words=0, lock=threading.Lock())


def scan(text: str) -> None:
    with totals.lock:
        totals.files += 1
        totals.words += text.count(" ") + 1


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
