"""State of the shop."""

carts = {}
