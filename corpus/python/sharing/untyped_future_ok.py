"""A helper that is given tasks of a loop hangs a callback on them."""
import asyncio


class ProgressBar:
    def __init__(self):
        self.done = 0

    def advance(self, future):
        self.done += 1


def follow(progress, futures):
    for future in futures:
        future.add_done_callback(progress.advance)


async def work(progress):
    tasks = [asyncio.ensure_future(asyncio.sleep(0)) for _ in range(20)]
    follow(progress, tasks)
    await asyncio.gather(*tasks)


def drive():
    progress = ProgressBar()
    asyncio.run(work(progress))
    return progress.done
