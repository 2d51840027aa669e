"""get-or-create: a chat room is made when its name is not in the dict yet."""

import threading


class Room:
    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[str] = []


class Chat:
    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def room(self, name: str) -> Room:
        if name not in self._rooms:
#          ^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy high
            self._rooms[name] = Room(name)
        return self._rooms[name]


def chatter(chat: Chat) -> None:
    for i in range(60):
        chat.room(f"room{i}").messages.append("hello")


def drive() -> None:
    chat = Chat()
    threads = [threading.Thread(target=chatter, args=(chat,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
