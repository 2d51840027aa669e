"""Two tables are emptied one after the other: a reader finds nothing in either."""

import threading


class People:
    def __init__(self) -> None:
        self._ages: "dict[str, int]" = {"ada": 36}
        self._towns: "dict[str, str]" = {"ada": "London"}

    def forget(self) -> None:
        self._ages = {}
        self._towns = dict()

    def describe(self, name: str) -> "tuple[int | None, str | None]":
        return self._ages.get(name), self._towns.get(name)


def forget_often(people: People) -> None:
    for _ in range(80):
        people.forget()


def show(people: People) -> None:
    for _ in range(80):
        people.describe("ada")


def drive() -> None:
    people = People()
    threads = [
        threading.Thread(target=forget_often, args=(people,)),
        threading.Thread(target=show, args=(people,)),
        threading.Thread(target=show, args=(people,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
