"""Threads rebuild scores of boards of their own: only the player list is common."""

import threading


class Leaderboard:
    def __init__(self, players: tuple[str, ...]) -> None:
        self.scores: dict[str, int] = {player: 1000 for player in players}

    def decay(self) -> None:
        self.scores = {name: score - 1 for name, score in self.scores.items()}


def age(players: tuple[str, ...]) -> None:
    board = Leaderboard(players)
    for _ in range(50):
        board.decay()


def drive() -> None:
    players = ("ada", "grace", "alan")
    threads = [threading.Thread(target=age, args=(players,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
