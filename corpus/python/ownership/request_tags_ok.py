"""The tags of the current request are an immutable tuple in a context variable."""
import contextvars
import threading

_tags = contextvars.ContextVar("tags", default=())


def push(tag):
    _tags.set(_tags.get() + (tag,))


def pop():
    if not _tags.get():
        return None
    last = _tags.get()[-1]
    _tags.set(_tags.get()[:-1])
    return last


def handle(name):
    for number in range(40):
        push(f"{name}{number}")
        pop()
        pop()


def drive():
    threads = [
        threading.Thread(target=handle, args=(name,))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
