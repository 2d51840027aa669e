"""Lock and list are in a base class, the taking subclass in another module."""
import threading

from channels import ChannelPool


def use(pool):
    for number in range(50):
        pool.give(f"channel{number}")
        try:
            pool.take()
            pool.take()
        except IndexError:
            pass


def drive():
    pool = ChannelPool()
    threads = [threading.Thread(target=use, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
