"""A tuple assignment to two attributes looks like one step but is two stores."""
# gilcheck-corpus: assume=single

import threading


class Cursor:
    def __init__(self) -> None:
        self.line = 0
        self.column = 0

    def move(self, line: int, column: int) -> None:
        self.line, self.column = line, column
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL104 gil-masked

    def offset(self) -> int:
        return self.line * 100 + self.column


def type_text(cursor: Cursor) -> None:
    for i in range(80):
        cursor.move(i, 80 - i)


def blink(cursor: Cursor) -> None:
    for _ in range(80):
        cursor.offset()


def drive() -> None:
    cursor = Cursor()
    threads = [
        threading.Thread(target=type_text, args=(cursor,)),
        threading.Thread(target=blink, args=(cursor,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
