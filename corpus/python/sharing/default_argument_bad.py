"""A mutable default argument is one dict for every call in every thread."""
import threading


class Pattern:
    def __init__(self, text):
        self.text = text


def compile_pattern(text, _cache={}):
    if text not in _cache:
#      ^^^^^^^^^^^^^^^^^^ GIL102 already-racy
        _cache[text] = Pattern(text)
    return _cache[text]


def match_all(seen):
    for number in range(60):
        seen.append(compile_pattern(f"p{number % 7}"))


def drive():
    seen = []
    threads = [threading.Thread(target=match_all, args=(seen,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
