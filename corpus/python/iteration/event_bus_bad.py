"""emit() walks the live handler list while other threads unsubscribe."""
import threading


class EventBus:
    def __init__(self):
        self._handlers = []

    def subscribe(self, handler):
        self._handlers.append(handler)
        return handler

    def unsubscribe(self, handler):
        self._handlers.remove(handler)

    def emit(self, event):
        for handler in self._handlers:
#                      ^^^^^^^^^^^^^^ GIL105 already-racy
            handler(event)


def churn(bus):
    for _ in range(50):
        handler = bus.subscribe(lambda event: None)
        bus.unsubscribe(handler)


def publish(bus):
    for number in range(50):
        bus.emit(number)


def drive():
    bus = EventBus()
    threads = [
        threading.Thread(target=churn, args=(bus,)),
        threading.Thread(target=publish, args=(bus,)),
        threading.Thread(target=publish, args=(bus,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
