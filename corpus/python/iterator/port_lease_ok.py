"""The supply is a list and each lease one list.pop(), which is atomic."""
import threading

_leases = []


def load_leases(hosts, ports):
    global _leases
    _leases = list(zip(hosts, ports))


def lease():
    try:
        return _leases.pop()
    except IndexError:
        return None


def take_all(taken):
    for _ in range(80):
        pair = lease()
        if pair is None:
            return
        taken.append(pair)


def drive():
    load_leases([f"host{number}" for number in range(150)], list(range(9000, 9150)))
    taken = []
    threads = [threading.Thread(target=take_all, args=(taken,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
