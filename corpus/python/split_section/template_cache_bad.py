"""A miss is seen in one section, the new template stored in another."""
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
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL202 already-racy
        if template is None:
            template = Template(name)
            with self._lock:
                self._templates[name] = template
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
