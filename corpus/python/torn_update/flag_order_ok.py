"""The result is stored first and the flag last; readers look at the flag first."""
# gilcheck-corpus: assume=single

import threading


class Answer:
    def __init__(self) -> None:
        self.text = None
        self.done = False

    def give(self, text) -> None:
        self.text = text
        self.done = True

    def ready(self) -> bool:
        return self.done and self.text is not None


def solve(answer: Answer) -> None:
    for i in range(80):
        answer.give(str(i))


def ask(answer: Answer) -> None:
    for _ in range(80):
        answer.ready()


def drive() -> None:
    answer = Answer()
    threads = [
        threading.Thread(target=solve, args=(answer,)),
        threading.Thread(target=ask, args=(answer,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
