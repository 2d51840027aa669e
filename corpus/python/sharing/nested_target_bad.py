"""A nested function is the thread target and counts in its parent's local."""
import threading


def run_all(jobs):
    failures = 0

    def work(chunk):
        nonlocal failures
        for job in chunk:
            if job % 2 == 0:
                failures += 1
#               ^^^^^^^^^^^^^ GIL101 gil-masked

    threads = [threading.Thread(target=work, args=(jobs[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def drive():
    run_all(list(range(300)))
