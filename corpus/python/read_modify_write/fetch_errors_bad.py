"""Tasks submitted to an executor count their failures in a module global."""

from concurrent.futures import ThreadPoolExecutor

_failed = 0


def fetch(url: str) -> str:
    global _failed
    if url.startswith("bad:"):
        _failed += 1
#       ^^^^^^^^^^^^ GIL101 gil-masked high
        return ""
    return url.upper()


def drive() -> list[str]:
    urls = ["ok:a", "bad:b"] * 40
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        return [future.result() for future in futures]
