"""The default is None, and the dict made for it belongs to the one call."""
import threading


class Pattern:
    def __init__(self, text):
        self.text = text


def compile_all(texts, cache=None):
    if cache is None:
        cache = {}
    for text in texts:
        if text not in cache:
            cache[text] = Pattern(text)
    return cache


def match_all(seen):
    for number in range(20):
        seen.append(compile_all([f"p{number}", f"p{number + 1}", f"p{number}"]))


def drive():
    seen = []
    threads = [threading.Thread(target=match_all, args=(seen,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
