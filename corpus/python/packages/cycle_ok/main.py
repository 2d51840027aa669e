"""Two modules import each other; the walk in one takes its copy from the other."""
import threading

from bus import events, handlers


def churn(name):
    for number in range(40):
        events.subscribe(f"{name}{number}", handlers.log)
        events.unsubscribe(f"{name}{number - 4}")


def publish():
    for number in range(20):
        handlers.broadcast(number)


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
