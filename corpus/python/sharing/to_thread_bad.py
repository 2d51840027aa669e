"""asyncio.to_thread leaves the event loop's thread: two calls run at once."""
import asyncio


class Module:
    def __init__(self, name):
        self.name = name


class Importer:
    def __init__(self):
        self.imported = {}

    def load(self, name):
        if name not in self.imported:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            self.imported[name] = Module(name)
        return self.imported[name]

    def load_all(self, names):
        for name in names:
            self.load(name)


async def main():
    importer = Importer()
    names = [f"module{number}" for number in range(40)]
    await asyncio.gather(
        asyncio.to_thread(importer.load_all, names),
        asyncio.to_thread(importer.load_all, names),
        asyncio.to_thread(importer.load_all, names),
    )


def drive():
    asyncio.run(main())
