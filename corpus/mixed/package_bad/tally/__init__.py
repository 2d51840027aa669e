"""A package that hands on the type of its extension module."""
from ._tally import Tally

__all__ = ["Tally"]
