"""storage.drop() relies on its callers' lock, and both calling modules hold it."""
# gilcheck-corpus: assume=single
import threading

import cleaner
import service


def serve():
    for number in range(50):
        service.replace(f"key{number % 5}", number)


def clean():
    for number in range(50):
        cleaner.clean(f"key{number % 5}")


def drive():
    threads = [
        threading.Thread(target=serve),
        threading.Thread(target=serve),
        threading.Thread(target=clean),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
