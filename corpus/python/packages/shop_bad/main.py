"""A package re-exports functions of its private modules to the threads."""
import threading

from shop import add, checkout


def buy(customer):
    for number in range(50):
        add(customer, f"item{number}")
        try:
            checkout(customer)
        except KeyError:
            pass


def drive():
    threads = [threading.Thread(target=buy, args=("ann",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
