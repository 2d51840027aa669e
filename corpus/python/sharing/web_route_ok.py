"""Registered handlers work on their request; routes change at import time."""
from concurrent.futures import ThreadPoolExecutor


class Request:
    def __init__(self, path):
        self.path = path
        self.steps = 0


class App:
    def __init__(self):
        self._routes = {}

    def route(self, path):
        def register(handler):
            if path not in self._routes:
                self._routes[path] = handler
            return handler

        return register

    def serve(self, paths):
        with ThreadPoolExecutor(max_workers=4) as pool:
            for path in paths:
                pool.submit(self._routes[path], Request(path))


app = App()


@app.route("/")
def index(request):
    request.steps += 1
    return request.path


def drive():
    app.serve(["/"] * 80)
