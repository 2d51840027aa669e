"""A local alias of the shared dict is still the shared dict."""
import threading


class ChatServer:
    def __init__(self):
        self._rooms = {}

    def open_room(self, name):
        self._rooms[name] = []

    def close_room(self, name):
        self._rooms.pop(name, None)

    def broadcast(self, text):
        rooms = self._rooms
        for messages in rooms.values():
#                       ^^^^^^^^^^^^^^ GIL105 already-racy
            messages.append(text)


def manage(server, owner):
    for number in range(50):
        server.open_room(f"{owner}/{number}")
        server.close_room(f"{owner}/{number - 6}")


def announce(server):
    for number in range(25):
        try:
            server.broadcast(f"notice {number}")
        except RuntimeError:
            break


def drive():
    server = ChatServer()
    threads = [
        threading.Thread(target=manage, args=(server, "ann")),
        threading.Thread(target=manage, args=(server, "bob")),
        threading.Thread(target=announce, args=(server,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
