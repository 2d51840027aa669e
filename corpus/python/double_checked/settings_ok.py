"""The check is repeated inside the lock, and a finished object is published."""
import threading


class Settings:
    def __init__(self):
        self.values = {"debug": False}


class App:
    def __init__(self):
        self._lock = threading.Lock()
        self._settings = None

    def settings(self):
        if self._settings is None:
            with self._lock:
                if self._settings is None:
                    self._settings = Settings()
        return self._settings


def request(app, seen):
    for _ in range(30):
        seen.append(app.settings())


def drive():
    app = App()
    seen = []
    threads = [threading.Thread(target=request, args=(app, seen)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
