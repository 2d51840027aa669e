"""asyncio.to_thread runs the counting method in several pool threads at once."""

import asyncio


class Progress:
    def __init__(self) -> None:
        self.done = 0

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            self.done += 1
#           ^^^^^^^^^^^^^^ GIL101 gil-masked


async def copy_all(progress: Progress) -> None:
    await asyncio.gather(
        asyncio.to_thread(progress.advance, 80),
        asyncio.to_thread(progress.advance, 80),
        asyncio.to_thread(progress.advance, 80),
    )


def drive() -> None:
    asyncio.run(copy_all(Progress()))
