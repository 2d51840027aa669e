"""The template is made between two sections; the second one uses setdefault."""
import threading


class Template:
    def __init__(self, name):
        self.name = name


class TemplateCache:
    def __init__(self):
        self._lock = threading.Lock()
        self._templates = {}

    def get(self, name):
        with self._lock:
            template = self._templates.get(name)
        if template is None:
            candidate = Template(name)
            with self._lock:
                template = self._templates.setdefault(name, candidate)
        return template


def render(cache, seen):
    for number in range(60):
        seen.append(cache.get(f"page{number % 6}"))


def drive():
    cache = TemplateCache()
    seen = []
    threads = [threading.Thread(target=render, args=(cache, seen)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
