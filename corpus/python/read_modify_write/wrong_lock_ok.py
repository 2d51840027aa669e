"""Two lock attributes, two names, but one lock: the second is an alias."""

import threading


class Channel:
    def __init__(self) -> None:
        self._send_lock = threading.Lock()
        self._ack_lock = self._send_lock
        self.in_flight = 0

    def send(self) -> None:
        with self._send_lock:
            self.in_flight += 1

    def acknowledge(self) -> None:
        with self._ack_lock:
            self.in_flight -= 1


def sender(channel: Channel) -> None:
    for _ in range(80):
        channel.send()


def receiver(channel: Channel) -> None:
    for _ in range(80):
        channel.acknowledge()


def drive() -> None:
    channel = Channel()
    threads = [
        threading.Thread(target=sender, args=(channel,)),
        threading.Thread(target=receiver, args=(channel,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
