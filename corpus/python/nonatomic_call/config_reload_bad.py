"""dict.update() fed by a generator: readers see half of the new configuration."""
import threading


class Config:
    def __init__(self):
        self._values = {}

    def reload(self, lines):
        self._values.update(line.split("=", 1) for line in lines)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy

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
