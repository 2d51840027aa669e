"""Who listens."""
from . import handlers

subscribers = {}


def subscribe(name, handler=None):
    subscribers[name] = handler or handlers.log


def unsubscribe(name):
    subscribers.pop(name, None)
