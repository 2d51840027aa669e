"""What happens on an event."""
from . import events


def log(event):
    return f"event {event}"


def broadcast(event):
    for handler in events.current():
        handler(event)
