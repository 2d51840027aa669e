"""Two tables are replaced one after the other: a reader finds new ages and old towns."""

import threading


class People:
    def __init__(self) -> None:
        self._ages: "dict[str, int]" = {"ada": 36}
        self._towns: "dict[str, str]" = {"ada": "London"}

    def move(self) -> None:
        self._ages = {"ada": 37}
#       ^^^^^^^^^^^^^^^^^^^^^^^^ GIL104 gil-masked
        self._towns = {"ada": "Paris"}

    def describe(self, name: str) -> "tuple[int | None, str | None]":
        return self._ages.get(name), self._towns.get(name)


def move_often(people: People) -> None:
    for _ in range(80):
        people.move()


def show(people: People) -> None:
    for _ in range(80):
        people.describe("ada")


def drive() -> None:
    people = People()
    threads = [
        threading.Thread(target=move_often, args=(people,)),
        threading.Thread(target=show, args=(people,)),
        threading.Thread(target=show, args=(people,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
