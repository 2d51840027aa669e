"""Only pure work runs in pool threads; coroutines of one loop do the counting."""

import asyncio
import zlib


class Progress:
    def __init__(self) -> None:
        self.done = 0

    async def advance(self, block: bytes) -> int:
        checksum = await asyncio.to_thread(zlib.crc32, block)
        self.done += 1
        return checksum


async def copy_all(progress: Progress) -> None:
    await asyncio.gather(
        progress.advance(b"one"),
        progress.advance(b"two"),
        progress.advance(b"three"),
    )


def drive() -> None:
    asyncio.run(copy_all(Progress()))
