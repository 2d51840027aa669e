"""The new values are parsed into a plain dict first; update(dict) is one step."""
import threading


class Config:
    def __init__(self):
        self._values = {}

    def reload(self, lines):
        parsed = {}
        for line in lines:
            name, value = line.split("=", 1)
            parsed[name] = value
        self._values.update(parsed)

    def get(self, name, default=None):
        return self._values.get(name, default)


def reload_often(config, version):
    for _ in range(30):
        config.reload([f"host={version}", f"port={version}", f"user={version}"])


def read(config):
    for _ in range(60):
        config.get("host"), config.get("port")


def drive():
    config = Config()
    threads = [
        threading.Thread(target=reload_often, args=(config, 1)),
        threading.Thread(target=reload_often, args=(config, 2)),
        threading.Thread(target=read, args=(config,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
