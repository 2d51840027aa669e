"""A sequence pattern looks at the first two players, and its case takes them."""
import threading


class Pairing:
    def __init__(self) -> None:
        self._players: list[str] = []

    def join(self, name: str) -> None:
        self._players.append(name)

    def next_game(self) -> tuple[str, str] | None:
        match self._players:
#             ^^^^^^^^^^^^^ GIL102 gil-masked
# FN run: GIL102 reported where the pattern reads, at the case
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
