"""list.extend() fed by a generator: two batches interleave line by line."""
from concurrent.futures import ThreadPoolExecutor

_audit_lines = []


def stamp(user, action):
    return f"{user}:{action}"


def write_batch(user, actions):
    _audit_lines.extend(stamp(user, action) for action in actions)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def tail():
    return _audit_lines[-5:]


def drive():
    actions = ["open", "edit", "save", "close"] * 10
    with ThreadPoolExecutor(max_workers=3) as pool:
        for number in range(12):
            pool.submit(write_batch, f"user{number}", actions)
            pool.submit(tail)
