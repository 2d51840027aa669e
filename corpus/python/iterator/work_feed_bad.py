"""Worker threads drain one list iterator that they all got as an argument."""
import threading


def worker(feed, done):
    for job in feed:
#              ^^^^ GIL106 gil-masked
        done.append(job * job)


def run_jobs(jobs):
    feed = iter(jobs)
    done = []
    threads = [threading.Thread(target=worker, args=(feed, done)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def drive():
    run_jobs(list(range(200)))
