"""A cached_property makes a session: two threads that ask first get one each."""
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
# FN: GIL103 cached_property tests and stores, not this program
# FN run: GIL103 the test and the store are in functools
        return Session()


def use(api: Api) -> None:
    for number in range(30):
        api.session.call(f"call {number}")


def drive() -> None:
    api = Api()
    threads = [threading.Thread(target=use, args=(api,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
