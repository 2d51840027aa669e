"""The status page takes its snapshot under the mutators' lock and walks that."""
import threading


class JobTable:
    def __init__(self):
        self._lock = threading.Lock()
        self._jobs = {}

    def add(self, name, state):
        with self._lock:
            self._jobs[name] = state

    def finish(self, name):
        with self._lock:
            self._jobs.pop(name, None)

    def status_page(self):
        with self._lock:
            jobs = self._jobs.copy()
        lines = []
        for name, state in jobs.items():
            lines.append(f"{name}: {state}")
        return "\n".join(lines)


def work(table, prefix):
    for number in range(60):
        table.add(f"{prefix}{number}", "running")
        table.finish(f"{prefix}{number - 4}")


def show(table):
    for _ in range(20):
        table.status_page()


def drive():
    table = JobTable()
    threads = [
        threading.Thread(target=work, args=(table, "a")),
        threading.Thread(target=work, args=(table, "b")),
        threading.Thread(target=show, args=(table,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
