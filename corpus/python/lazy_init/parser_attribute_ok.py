"""The function's attribute is filled at import, so that calls only read it."""
# gilcheck-corpus: assume=threaded

import threading


class Parser:
    def __init__(self) -> None:
        self.rules = {"comma": ",", "colon": ":"}

    def split(self, text: str) -> list[str]:
        return text.split(self.rules["comma"])


def parse(text: str) -> list[str]:
    return parse.parser.split(text)


parse.parser = Parser()


def read(count: int) -> None:
    for _ in range(count):
        parse("a,b,c")


def drive() -> None:
    threads = [threading.Thread(target=read, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
