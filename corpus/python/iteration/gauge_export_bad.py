"""The exporter joins a generator over live dict items while gauges change."""
import threading

_gauges = {}


def set_gauge(name, value):
    _gauges[name] = value


def forget_gauge(name):
    _gauges.pop(name, None)


def render():
    return "\n".join(f"{name} {value}" for name, value in _gauges.items())
#                                                         ^^^^^^^^^^^^^^^ GIL105 already-racy


def report(prefix):
    for number in range(60):
        set_gauge(f"{prefix}_{number}", number)
        forget_gauge(f"{prefix}_{number - 5}")


def scrape():
    for _ in range(30):
        try:
            render()
        except RuntimeError:
            continue


def drive():
    threads = [
        threading.Thread(target=report, args=("cpu",)),
        threading.Thread(target=report, args=("disk",)),
        threading.Thread(target=scrape),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
