"""Two methods count the same attribute under two different locks."""

import threading


class Channel:
    def __init__(self) -> None:
        self._send_lock = threading.Lock()
        self._ack_lock = threading.Lock()
        self.in_flight = 0

    def send(self) -> None:
        with self._send_lock:
            self.in_flight += 1
#           ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    def acknowledge(self) -> None:
        with self._ack_lock:
            self.in_flight -= 1
#           ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


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
