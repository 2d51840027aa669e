"""The handlers are checked before the thread that drops some of them is started."""
import threading


class Feed:
    def __init__(self):
        self._lock = threading.Lock()
        self._handlers = {f"h{i}": print for i in range(60)}

    def run_in_thread(self):
        for name, handler in self._handlers.items():
            if handler is None:
                raise ValueError(name)
        thread = threading.Thread(target=self._run)
        thread.start()
        return thread

    def _run(self):
        for i in range(60):
            self._handlers.pop(f"h{i}", None)


def drive():
    Feed().run_in_thread().join()
