"""A comprehension over the old scores makes the new ones: one is lost in a race."""

import threading


class Leaderboard:
    def __init__(self, players: list[str]) -> None:
        self.scores: dict[str, int] = {player: 1000 for player in players}

    def decay(self) -> None:
        self.scores = {name: score - 1 for name, score in self.scores.items()}
#                                                         ^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def age(board: Leaderboard) -> None:
    for _ in range(50):
        board.decay()


def drive() -> None:
    board = Leaderboard(["ada", "grace", "alan"])
    threads = [threading.Thread(target=age, args=(board,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
