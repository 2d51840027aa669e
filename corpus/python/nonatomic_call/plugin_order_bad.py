"""sort(key=lambda) runs Python code while the list looks empty to everyone else."""
import threading

_plugins = []


def register(name, priority):
    _plugins.append((name, priority))
    _plugins.sort(key=lambda plugin: plugin[1])
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def first():
    return _plugins[:1]


def load(group):
    for number in range(40):
        register(f"{group}{number}", number % 5)


def resolve():
    for _ in range(40):
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
