"""The executor's function returns a count; the coroutine adds it up."""
import asyncio
import functools


def count(words, weight):
    total = 0
    for _ in words:
        total += weight
    return total


class Index:
    def __init__(self):
        self.documents = 0

    async def add(self, words):
        loop = asyncio.get_running_loop()
        job = functools.partial(count, words, weight=1)
        added = await loop.run_in_executor(None, job)
        self.documents += added


async def main():
    index = Index()
    await asyncio.gather(*(index.add(["a"] * 50) for _ in range(4)))


def drive():
    asyncio.run(main())
