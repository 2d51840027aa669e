"""Two modules import each other; the subscribers of one are walked from the other."""
import threading

from bus import events, handlers


def churn(name):
    for number in range(40):
        events.subscribe(f"{name}{number}", handlers.log)
        events.unsubscribe(f"{name}{number - 4}")


def publish():
    for number in range(20):
        try:
            handlers.broadcast(number)
        except RuntimeError:
            pass


def drive():
    threads = [
        threading.Thread(target=churn, args=("a",)),
        threading.Thread(target=churn, args=("b",)),
        threading.Thread(target=publish),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
