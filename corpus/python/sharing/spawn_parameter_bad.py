"""The target reaches Thread() through a parameter of a spawning method."""
import threading


class Supervisor:
    def __init__(self):
        self._threads = []

    def spawn(self, function, *args):
        thread = threading.Thread(target=function, args=args)
        self._threads.append(thread)
        thread.start()

    def join(self):
        for thread in self._threads:
            thread.join()


class Mill:
    def __init__(self):
        self.sacks = 0

    def grind(self, rounds):
        for _ in range(rounds):
            self.sacks += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked


def drive():
    supervisor = Supervisor()
    mill = Mill()
    supervisor.spawn(mill.grind, 60)
    supervisor.spawn(mill.grind, 60)
    supervisor.spawn(mill.grind, 60)
    supervisor.join()
