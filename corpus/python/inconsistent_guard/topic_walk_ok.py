"""The unguarded pop is on a dict that was swapped out under the lock."""
import threading


class Topics:
    def __init__(self):
        self._lock = threading.Lock()
        self._queues = {}

    def create(self, topic):
        with self._lock:
            self._queues[topic] = []

    def publish_all(self, message):
        with self._lock:
            for queue in self._queues.values():
                queue.append(message)

    def take_all(self):
        with self._lock:
            queues, self._queues = self._queues, {}
        queues.pop("internal", None)
        return queues


def manage(topics, prefix):
    for number in range(50):
        topics.create(f"{prefix}{number}")
        topics.publish_all(number)


def collect(topics):
    for _ in range(20):
        topics.take_all()


def drive():
    topics = Topics()
    threads = [
        threading.Thread(target=manage, args=(topics, "a")),
        threading.Thread(target=manage, args=(topics, "b")),
        threading.Thread(target=collect, args=(topics,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
