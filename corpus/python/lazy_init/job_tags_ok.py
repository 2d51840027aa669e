"""`x or []` only fills a local: the shared attribute is never stored."""

from concurrent.futures import ThreadPoolExecutor


class Job:
    def __init__(self, tags: list[str] | None = None) -> None:
        self._tags = tags

    def count(self, extra: str) -> int:
        tags = self._tags or []
        tags = tags + [extra]
        return len(tags)


def drive() -> int:
    job = Job()
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = [pool.submit(job.count, f"tag{i}") for i in range(40)]
        return sum([future.result() for future in futures])
