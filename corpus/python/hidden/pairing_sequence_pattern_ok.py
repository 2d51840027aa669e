"""A sequence pattern looks at the first two players, locked."""
import threading


class Pairing:
    def __init__(self) -> None:
        self._players: list[str] = []
        self._lock = threading.Lock()

    def join(self, name: str) -> None:
        with self._lock:
            self._players.append(name)

    def next_game(self) -> tuple[str, str] | None:
        with self._lock:
            match self._players:
                case [first, second, *_]:
                    del self._players[:2]
                    return first, second
            return None


def play(pairing: Pairing, name: str) -> None:
    for number in range(40):
        pairing.join(f"{name} {number}")
        pairing.next_game()


def drive() -> None:
    pairing = Pairing()
    threads = [
        threading.Thread(target=play, args=(pairing, "guest")),
        threading.Thread(target=play, args=(pairing, "member")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
