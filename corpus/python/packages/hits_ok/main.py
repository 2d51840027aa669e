"""Server and health check count in one stats module under the lock of that module."""
import threading

import health
import server


def visit():
    for number in range(50):
        server.serve(f"/page/{number}")
        health.check()


def drive():
    threads = [threading.Thread(target=visit) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
