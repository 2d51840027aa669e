"""Coroutines and their helpers share an object on one loop, in a thread of its own."""
import asyncio
import threading


class Session:
    def __init__(self):
        self.sent = 0
        self.queue = []

    def note(self, item):
        if item not in self.queue:
            self.queue.append(item)
        self.sent += 1

    async def send(self, item):
        self.note(item)
        await asyncio.sleep(0)


async def talk(session):
    await asyncio.gather(*(session.send(number) for number in range(20)))


def run_loop():
    asyncio.run(talk(Session()))


def drive():
    threads = [threading.Thread(target=run_loop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
