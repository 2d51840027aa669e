"""enumerate() over tuple(list): the tuple is a snapshot of the list on both builds."""
import threading


class Pinger:
    def __init__(self):
        self.connections = []
        self.log = []

    def ping_all(self):
        for index, connection in enumerate(tuple(self.connections)):
            self.log.append((index, connection))

    def disconnect_oldest(self):
        try:
            self.connections.pop(0)
        except IndexError:
            pass


class PingThread(threading.Thread):
    def __init__(self, pinger):
        super().__init__()
        self.pinger = pinger

    def run(self):
        for _ in range(10):
            self.pinger.ping_all()


def disconnect(pinger):
    for _ in range(40):
        pinger.disconnect_oldest()


def drive():
    pinger = Pinger()
    pinger.connections.extend(range(40))
    threads = [PingThread(pinger), threading.Thread(target=disconnect, args=(pinger,))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
