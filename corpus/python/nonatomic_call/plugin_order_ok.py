"""Registration only appends; readers sort a list of their own."""
import threading

_plugins = []


def register(name, priority):
    _plugins.append((name, priority))


def first():
    ordered = list(_plugins)
    ordered.sort(key=lambda plugin: plugin[1])
    return ordered[:1]


def load(group):
    for number in range(40):
        register(f"{group}{number}", number % 5)


def resolve():
    for _ in range(20):
        first()


def drive():
    threads = [
        threading.Thread(target=load, args=("core",)),
        threading.Thread(target=load, args=("user",)),
        threading.Thread(target=resolve),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
