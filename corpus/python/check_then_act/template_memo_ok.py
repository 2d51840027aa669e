"""The same memo, but the handler stores by setdefault: all callers get one object."""
# gilcheck-corpus: assume=threaded

import threading

_templates: dict[str, "Template"] = {}


class Template:
    def __init__(self, source: str) -> None:
        self.parts = source.split("%")


def compiled(source: str) -> Template:
    try:
        return _templates[source]
    except KeyError:
        return _templates.setdefault(source, Template(source))


def render(count: int) -> None:
    for i in range(count):
        compiled(f"hello %{i % 7}")


def drive() -> None:
    threads = [threading.Thread(target=render, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
