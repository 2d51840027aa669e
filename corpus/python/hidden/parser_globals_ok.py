"""A module keeps counters as globals and advances them through globals(), locked."""
import threading

parsed_count = 0
skipped_count = 0
_counting = threading.Lock()


def count(kind: str) -> None:
    with _counting:
        globals()[f"{kind}_count"] += 1


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
