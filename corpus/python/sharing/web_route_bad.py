"""Handlers registered with @app.route run in the app's worker threads."""
from concurrent.futures import ThreadPoolExecutor

_visits = 0


class App:
    def __init__(self):
        self._routes = {}

    def route(self, path):
        def register(handler):
            self._routes[path] = handler
            return handler

        return register

    def serve(self, paths):
        with ThreadPoolExecutor(max_workers=4) as pool:
            for path in paths:
                pool.submit(self._routes[path], path)


app = App()


@app.route("/")
def index(path):
    global _visits
    _visits += 1
#   ^^^^^^^^^^^^ GIL101 gil-masked
    return f"visit {path}"


def drive():
    app.serve(["/"] * 80)
