"""Each task returns its own failure count; one thread adds them up."""

from concurrent.futures import ThreadPoolExecutor

_failed = 0


def fetch(url: str) -> tuple[str, int]:
    if url.startswith("bad:"):
        return "", 1
    return url.upper(), 0


def drive() -> int:
    global _failed
    urls = ["ok:a", "bad:b"] * 40
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        for future in futures:
            _failed += future.result()[1]
    return _failed
