"""A module keeps counters as globals and advances them through globals()."""
import threading

parsed_count = 0
skipped_count = 0


def count(kind: str) -> None:
    globals()[f"{kind}_count"] += 1
# FN: GIL101 the global's name is computed


def parse(lines: list[str]) -> None:
    for line in lines:
        count("skipped" if line.startswith("#") else "parsed")


def drive() -> None:
    lines = ["# head", "a=1", "b=2"] * 20
    threads = [threading.Thread(target=parse, args=(lines,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
