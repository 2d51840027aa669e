"""A local name that only looks like the module global: there is no global statement."""
import threading

served = 0


def serve_many(paths):
    served = 0
    for _ in paths:
        served += 1
    return served


def client(name, results):
    results.append((name, serve_many([f"/{name}/{number}" for number in range(80)])))


def drive():
    results = []
    threads = [
        threading.Thread(target=client, args=(name, results))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
