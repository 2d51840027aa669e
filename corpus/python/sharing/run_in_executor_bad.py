"""functools.partial of a bound method is handed to run_in_executor."""
import asyncio
import functools


class Index:
    def __init__(self):
        self.documents = 0

    def add(self, words, weight):
        for _ in words:
            self.documents += 1
#           ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        return weight


async def main():
    index = Index()
    loop = asyncio.get_running_loop()
    jobs = [
        loop.run_in_executor(None, functools.partial(index.add, ["a"] * 5000, number))
        for number in range(4)
    ]
    await asyncio.gather(*jobs)


def drive():
    asyncio.run(main())
