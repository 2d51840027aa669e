"""State of the shop and its lock."""
import threading

carts = {}
carts_lock = threading.Lock()
