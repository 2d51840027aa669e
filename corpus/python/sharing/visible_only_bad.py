"""assume=single still believes the thread roots that it sees."""
# gilcheck-corpus: assume=single
import threading

_queue = [f"task {number}" for number in range(60)]


def take():
    if _queue:
#      ^^^^^^ GIL102 gil-masked
        return _queue.pop()
    return None


def worker(done):
    for _ in range(30):
        try:
            done.append(take())
        except IndexError:
            pass


def drive():
    done = []
    threads = [threading.Thread(target=worker, args=(done,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
