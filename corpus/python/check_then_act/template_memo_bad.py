"""A memo asks for forgiveness: a KeyError makes the template and stores it."""
# gilcheck-corpus: assume=threaded

import threading

_templates: dict[str, "Template"] = {}


class Template:
    def __init__(self, source: str) -> None:
        self.parts = source.split("%")


def compiled(source: str) -> Template:
    try:
        return _templates[source]
#              ^^^^^^^^^^^^^^^^^^ GIL102 already-racy
    except KeyError:
        _templates[source] = template = Template(source)
        return template


def render(count: int) -> None:
    for i in range(count):
        compiled(f"hello %{i % 7}")


def drive() -> None:
    threads = [threading.Thread(target=render, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
