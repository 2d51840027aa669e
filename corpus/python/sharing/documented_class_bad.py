"""A class that says it is thread-safe counts without a lock."""


class HitCounter:
    """Thread-safe counter of hits, one per site.

    Hits may be recorded while another part of the program reads the total.
    """

    def __init__(self):
        self.hits = 0

    def record(self):
        self.hits += 1
#       ^^^^^^^^^^^^^^ GIL101 gil-masked


def drive():
    import threading

    counter = HitCounter()
    threads = [threading.Thread(target=counter.record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
