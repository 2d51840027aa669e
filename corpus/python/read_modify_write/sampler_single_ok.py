"""The class owns a lock for its notes; its counter belongs to one thread alone."""
# gilcheck-corpus: assume=single

import threading


class Sampler:
    def __init__(self) -> None:
        self._notes_lock = threading.Lock()
        self.notes: list[str] = []
        self.samples = 0

    def sample(self) -> None:
        self.samples += 1

    def note(self, text: str) -> None:
        with self._notes_lock:
            self.notes.append(text)


def run_sampling(sampler: Sampler) -> None:
    for _ in range(60):
        sampler.sample()
        sampler.note("sampled")


def run_notes(sampler: Sampler) -> None:
    for i in range(60):
        sampler.note(f"note {i}")


def drive() -> None:
    sampler = Sampler()
    threads = [
        threading.Thread(target=run_sampling, args=(sampler,)),
        threading.Thread(target=run_notes, args=(sampler,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
