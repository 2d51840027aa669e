"""emit() walks an immutable tuple which writers replace under the lock."""
import threading


class EventBus:
    def __init__(self):
        self._lock = threading.Lock()
        self._handlers = ()

    def subscribe(self, handler):
        with self._lock:
            self._handlers = self._handlers + (handler,)
        return handler

    def unsubscribe(self, handler):
        with self._lock:
            self._handlers = tuple(h for h in self._handlers if h is not handler)

    def emit(self, event):
        for handler in self._handlers:
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
