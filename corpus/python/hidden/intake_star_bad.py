"""The head of a queue is taken off by unpacking with a star."""
import threading


class Intake:
    def __init__(self, patients: list[str]) -> None:
        self._waiting = patients

    def call_next(self) -> str:
        patient, *self._waiting = self._waiting
#                                 ^^^^^^^^^^^^^ GIL101 gil-masked
        return patient


def treat(intake: Intake) -> None:
    for _ in range(20):
        intake.call_next()


def drive() -> None:
    intake = Intake([f"patient {number}" for number in range(60)])
    threads = [threading.Thread(target=treat, args=(intake,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
