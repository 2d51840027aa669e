"""any() with a generator over a live set of online users."""
import threading


class Presence:
    def __init__(self):
        self._online = set()

    def join(self, user):
        self._online.add(user)

    def leave(self, user):
        self._online.discard(user)

    def team_online(self, team):
        return any(user.startswith(team) for user in self._online)
#                                                    ^^^^^^^^^^^^ GIL105 already-racy


def come_and_go(presence, team):
    for number in range(60):
        presence.join(f"{team}-{number}")
        presence.leave(f"{team}-{number - 3}")


def poll(presence):
    for _ in range(30):
        try:
            presence.team_online("ops")
        except RuntimeError:
            pass


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
