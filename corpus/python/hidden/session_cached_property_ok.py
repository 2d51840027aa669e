"""A cached_property makes a session: asked for before any thread starts."""
import threading
from functools import cached_property


class Session:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def call(self, name: str) -> None:
        self.calls.append(name)


class Api:
    @cached_property
    def session(self) -> Session:
        return Session()


def use(api: Api) -> None:
    for number in range(30):
        api.session.call(f"call {number}")


def drive() -> None:
    api = Api()
    api.session.call("hello")
    threads = [threading.Thread(target=use, args=(api,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
