"""A new part takes over what the old one had: two objects behind one attribute."""
import threading


class Codec:
    errors = ("strict",)

    def name(self):
        return self.errors[0]


class Wire:
    def __init__(self):
        self._codec = Codec()

    def switch(self):
        codec = self._codec
        self._renew()
        self._codec.errors = codec.errors
        return self._codec.name()

    def _renew(self):
        self._codec = Codec()


def work(wire):
    for _ in range(60):
        wire.switch()


def drive():
    wire = Wire()
    threads = [threading.Thread(target=work, args=(wire,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
