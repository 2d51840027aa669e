"""Each nested worker writes to a slot of its own in its parent's list."""
import threading


def run_all(jobs):
    failures = [0, 0, 0]

    def work(slot):
        count = 0
        for job in jobs[slot::3]:
            if job % 2 == 0:
                count += 1
        failures[slot] = count

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(failures)


def drive():
    run_all(list(range(300)))
