"""The producer finishes its batch, queues it, and never touches it again."""
import queue
import threading


class Batch:
    def __init__(self):
        self.size = 0


def produce(outbox):
    for _ in range(40):
        batch = Batch()
        batch.size += 1
        outbox.put(batch)
    outbox.put(None)


def consume(inbox):
    while True:
        batch = inbox.get()
        if batch is None:
            return
        batch.size += 1


def drive():
    batches = queue.Queue()
    threads = [
        threading.Thread(target=produce, args=(batches,)),
        threading.Thread(target=consume, args=(batches,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
