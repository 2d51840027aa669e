"""The thread is started before the handlers are checked: it drops some meanwhile."""
import threading


class Feed:
    def __init__(self):
        self._lock = threading.Lock()
        self._handlers = {f"h{i}": print for i in range(60)}

    def run_in_thread(self):
        thread = threading.Thread(target=self._run)
        thread.start()
        for name, handler in self._handlers.items():
#                            ^^^^^^^^^^^^^^^^^^^^^^ GIL105 already-racy
            if handler is None:
                raise ValueError(name)
        return thread

    def _run(self):
        for i in range(60):
            self._handlers.pop(f"h{i}", None)


def drive():
    try:
        Feed().run_in_thread().join()
    except RuntimeError:
        pass
