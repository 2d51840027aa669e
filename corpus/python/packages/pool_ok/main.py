"""The base class has lock and list in one module, the subclass uses both in another."""
import threading

from channels import ChannelPool


def use(pool):
    for number in range(50):
        pool.give(f"channel{number}")
        pool.take()
        pool.take()


def drive():
    pool = ChannelPool()
    threads = [threading.Thread(target=use, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
