"""The public names of the shop."""
from ._cart import add, checkout

__all__ = ["add", "checkout"]
