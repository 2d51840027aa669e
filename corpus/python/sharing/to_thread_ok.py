"""The dict is touched only by coroutines, between two awaits."""
import asyncio


def encode(name):
    return name.encode()


class Importer:
    def __init__(self):
        self.imported = {}

    async def load(self, name):
        data = await asyncio.to_thread(encode, name)
        if name not in self.imported:
            self.imported[name] = data
        return self.imported[name]


async def main():
    importer = Importer()
    names = [f"module{number % 7}" for number in range(20)]
    await asyncio.gather(*(importer.load(name) for name in names))


def drive():
    asyncio.run(main())
