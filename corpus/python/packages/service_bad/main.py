"""storage.drop() relies on its callers' lock; one calling module forgets it."""
import threading

import cleaner
import service


def serve():
    for number in range(50):
        try:
            service.replace(f"key{number % 5}", number)
        except KeyError:
            pass


def clean():
    for number in range(50):
        try:
            cleaner.clean(f"key{number % 5}")
        except KeyError:
            pass


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
