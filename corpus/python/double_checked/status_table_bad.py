"""The empty table is published and then filled; only the GIL hides that."""
import threading

_lock = threading.Lock()
_codes = None


def code_for(name):
    global _codes
    if _codes is None:
        with _lock:
            if _codes is None:
                _codes = {}
#               ^^^^^^^^^^^ GIL203 gil-masked
                _codes["ok"] = 200
                _codes["missing"] = 404
    return _codes[name]


def answer(answers):
    for _ in range(30):
        try:
            answers.append(code_for("missing"))
        except KeyError:
            pass


def drive():
    answers = []
    threads = [threading.Thread(target=answer, args=(answers,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
