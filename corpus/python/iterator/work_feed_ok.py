"""Every worker gets an iterator of its own over its own slice."""
import threading


def worker(feed, done):
    for job in feed:
        done.append(job * job)


def run_jobs(jobs):
    done = []
    threads = [
        threading.Thread(target=worker, args=(iter(jobs[offset::3]), done))
        for offset in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def drive():
    run_jobs(list(range(200)))
