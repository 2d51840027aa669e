"""The walk over the topics is guarded; one of the two mutators forgets the lock."""
import threading


class Topics:
    def __init__(self):
        self._lock = threading.Lock()
        self._queues = {}

    def create(self, topic):
        with self._lock:
            self._queues[topic] = []

    def delete(self, topic):
        self._queues.pop(topic, None)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL201 already-racy

    def publish_all(self, message):
        with self._lock:
            for queue in self._queues.values():
                queue.append(message)


def manage(topics, prefix):
    for number in range(50):
        topics.create(f"{prefix}{number}")
        topics.delete(f"{prefix}{number - 5}")


def publish(topics):
    for number in range(20):
        try:
            topics.publish_all(number)
        except RuntimeError:
            pass


def drive():
    topics = Topics()
    threads = [
        threading.Thread(target=manage, args=(topics, "a")),
        threading.Thread(target=manage, args=(topics, "b")),
        threading.Thread(target=publish, args=(topics,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
