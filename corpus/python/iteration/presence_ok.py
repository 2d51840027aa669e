"""The same generator over the live set, with walker and mutators under one lock."""
import threading


class Presence:
    def __init__(self):
        self._lock = threading.Lock()
        self._online = set()

    def join(self, user):
        with self._lock:
            self._online.add(user)

    def leave(self, user):
        with self._lock:
            self._online.discard(user)

    def team_online(self, team):
        with self._lock:
            return any(user.startswith(team) for user in self._online)


def come_and_go(presence, team):
    for number in range(60):
        presence.join(f"{team}-{number}")
        presence.leave(f"{team}-{number - 3}")


def poll(presence):
    for _ in range(30):
        presence.team_online("ops")


def drive():
    presence = Presence()
    threads = [
        threading.Thread(target=come_and_go, args=(presence, "dev")),
        threading.Thread(target=come_and_go, args=(presence, "qa")),
        threading.Thread(target=poll, args=(presence,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
