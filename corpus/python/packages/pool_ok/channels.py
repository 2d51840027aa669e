"""A pool of channels; _choose() runs only under the lock that the base class holds."""
from base import Pool


class ChannelPool(Pool):
    def _choose(self):
        if self._idle:
            return self._idle.pop()
        return None
