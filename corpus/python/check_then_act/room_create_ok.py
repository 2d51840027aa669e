"""The fast path takes no lock; the room is made under it, after a second look."""

import threading


class Room:
    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[str] = []


class Chat:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}

    def room(self, name: str) -> Room:
        found = self._rooms.get(name)
        if found is None:
            with self._lock:
                found = self._rooms.get(name)
                if found is None:
                    found = self._rooms[name] = Room(name)
        return found


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
