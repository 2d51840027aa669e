"""The tags of 'the current request' are one module list for all requests."""
import threading

_tags = []


def push(tag):
    _tags.append(tag)


def pop():
    if not _tags:
#          ^^^^^ GIL102 gil-masked
        return None
    return _tags.pop()


def handle(name):
    for number in range(40):
        push(f"{name}{number}")
        try:
            pop()
            pop()
        except IndexError:
            pass


def drive():
    threads = [
        threading.Thread(target=handle, args=(name,))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
