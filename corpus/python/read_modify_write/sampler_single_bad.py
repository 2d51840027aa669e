"""The same counter with two visible sampling threads, although each is one call."""
# gilcheck-corpus: assume=single

import threading


class Sampler:
    def __init__(self) -> None:
        self._notes_lock = threading.Lock()
        self.notes: list[str] = []
        self.samples = 0

    def sample(self) -> None:
        self.samples += 1
#       ^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    def note(self, text: str) -> None:
        with self._notes_lock:
            self.notes.append(text)


def run_sampling(sampler: Sampler) -> None:
    for _ in range(60):
        sampler.sample()
        sampler.note("sampled")


def run_calibration(sampler: Sampler) -> None:
    for _ in range(60):
        sampler.sample()


def drive() -> None:
    sampler = Sampler()
    threads = [
        threading.Thread(target=run_sampling, args=(sampler,)),
        threading.Thread(target=run_calibration, args=(sampler,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
