"""Callbacks of an event loop's tasks run on the loop, one after the other."""
import asyncio


class ProgressBar:
    def __init__(self):
        self.done = 0

    def advance(self, task):
        self.done += 1


async def compress(number):
    await asyncio.sleep(0)
    return bytes(number)


async def compress_all(progress):
    tasks = [asyncio.ensure_future(compress(number)) for number in range(40)]
    for task in tasks:
        task.add_done_callback(progress.advance)
    await asyncio.gather(*tasks)


def drive():
    progress = ProgressBar()
    asyncio.run(compress_all(progress))
    return progress.done
