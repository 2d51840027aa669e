"""The same shop, with a lock in the state module that the cart module imports."""
import threading

from shop import add, checkout


def buy(customer):
    for number in range(50):
        add(customer, f"item{number}")
        checkout(customer)


def drive():
    threads = [threading.Thread(target=buy, args=("ann",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
