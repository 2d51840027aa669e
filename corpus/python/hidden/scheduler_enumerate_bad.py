"""A scheduler numbers its tasks with enumerate() while tasks come and go."""
import threading


class Scheduler:
    def __init__(self) -> None:
        self._tasks: list[str] = []

    def add(self, task: str) -> None:
        self._tasks.append(task)

    def finish_first(self) -> None:
        self._tasks.pop(0)

    def agenda(self) -> str:
        lines = ""
        for number, task in enumerate(self._tasks, 1):
#                                     ^^^^^^^^^^^ GIL105 already-racy
            lines += f"{number}. {task}\n"
        return lines


def run(scheduler: Scheduler) -> None:
    for number in range(40):
        scheduler.add(f"task {number}")
        if number % 2:
            scheduler.finish_first()


def show(scheduler: Scheduler) -> None:
    for _ in range(20):
        scheduler.agenda()


def drive() -> None:
    scheduler = Scheduler()
    threads = [
        threading.Thread(target=run, args=(scheduler,)),
        threading.Thread(target=show, args=(scheduler,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
