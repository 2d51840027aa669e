"""`x = x or []` makes the list on first use: two threads make two."""

from concurrent.futures import ThreadPoolExecutor


class Job:
    def __init__(self) -> None:
        self._tags: list[str] | None = None

    def tag(self, name: str) -> int:
        self._tags = self._tags or []
#                    ^^^^^^^^^^ GIL103 gil-masked
        self._tags.append(name)
        return 1


def drive() -> int:
    job = Job()
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = [pool.submit(job.tag, f"tag{i}") for i in range(40)]
        return sum([future.result() for future in futures])
