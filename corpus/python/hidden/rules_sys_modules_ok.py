"""A loader makes a module for a rule set under the loader's lock."""
import sys
import threading
import types

_loading = threading.Lock()


def load_rules(name: str) -> types.ModuleType:
    full_name = f"_corpus_locked_rules_{name}"
    with _loading:
        if full_name not in sys.modules:
            module = types.ModuleType(full_name)
            module.rules = []
            sys.modules[full_name] = module
        return sys.modules[full_name]


def configure(prefix: str) -> None:
    for number in range(20):
        load_rules(f"set{number % 4}").rules.append(f"{prefix} {number}")


def drive() -> None:
    threads = [
        threading.Thread(target=configure, args=("allow",)),
        threading.Thread(target=configure, args=("deny",)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
