"""__init__ of a fresh object writes to its class, which is not fresh."""
import threading


class Message:
    created = 0

    def __init__(self, text):
        Message.created += 1
#       ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self.text = text


def chat(name):
    for number in range(60):
        Message(f"{name}: {number}")


def drive():
    threads = [
        threading.Thread(target=chat, args=(name,))
        for name in ("ann", "bob", "eve")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
