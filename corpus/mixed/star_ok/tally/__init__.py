"""A package that hands on the type of its extension module."""
from ._tally import *

__all__ = ["Tally"]
