"""A module global counted up with a global statement by several threads."""
import threading

_served = 0


def serve(path):
    global _served
    _served += 1
#   ^^^^^^^^^^^^ GIL101 gil-masked
    return f"200 {path}"


def client(name):
    for number in range(80):
        serve(f"/{name}/{number}")


def drive():
    threads = [
        threading.Thread(target=client, args=(name,))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
