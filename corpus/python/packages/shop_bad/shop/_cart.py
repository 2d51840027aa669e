"""Carts, kept in the state module."""
from ._state import carts


def add(customer, item):
    carts[customer] = item


def checkout(customer):
    if customer in carts:
#      ^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        return carts.pop(customer)
    return None
