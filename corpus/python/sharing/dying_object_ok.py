"""__del__ closes what only the dying object holds: nobody else can be there."""
import threading


class Channel:
    def __init__(self):
        self.pending = []
        self.closed = 0

    def send(self, item):
        self.pending.append(item)

    def close(self):
        if self.pending:
            self.pending.pop()
        self.closed += 1


class Link:
    def __init__(self):
        self.channel = Channel()
        self.state = "open"

    def close(self):
        if self.state == "open":
            self.state = "closed"
            self.channel.close()

    def __del__(self):
        self.close()


def talk():
    for number in range(60):
        link = Link()
        link.channel.send(number)
        link.close()


def drive():
    threads = [threading.Thread(target=talk) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
