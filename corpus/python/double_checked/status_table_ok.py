"""The table is filled under a local name and published when it is complete."""
import threading

_lock = threading.Lock()
_codes = None


def code_for(name):
    global _codes
    if _codes is None:
        with _lock:
            if _codes is None:
                table = {}
                table["ok"] = 200
                table["missing"] = 404
                _codes = table
    return _codes[name]


def answer(answers):
    for _ in range(30):
        answers.append(code_for("missing"))


def drive():
    answers = []
    threads = [threading.Thread(target=answer, args=(answers,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
