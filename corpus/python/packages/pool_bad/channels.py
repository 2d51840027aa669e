"""A pool of channels; its take() knows the list but not the lock."""
from base import Pool


class ChannelPool(Pool):
    def take(self):
        if self._idle:
#          ^^^^^^^^^^ GIL102 gil-masked
            return self._idle.pop()
        return None
