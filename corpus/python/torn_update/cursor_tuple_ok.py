"""Every thread moves and reads a cursor of its own; only the text is common."""
# gilcheck-corpus: assume=single

import threading


class Cursor:
    def __init__(self) -> None:
        self.line = 0
        self.column = 0

    def move(self, line: int, column: int) -> None:
        self.line, self.column = line, column

    def offset(self) -> int:
        return self.line * 100 + self.column


def read_text(text: str) -> int:
    cursor = Cursor()
    total = 0
    for i in range(len(text)):
        cursor.move(i, 80 - i)
        total += cursor.offset()
    return total


def drive() -> None:
    text = "the quick brown fox jumps over the lazy dog"
    threads = [threading.Thread(target=read_text, args=(text,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
