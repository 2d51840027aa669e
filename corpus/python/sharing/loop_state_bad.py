"""One helper of the coroutines is also sent to a thread."""
import asyncio


class Session:
    def __init__(self):
        self.sent = 0

    def note(self):
        self.sent += 1
#       ^^^^^^^^^^^^^^ GIL101 gil-masked

    async def send(self):
        self.note()
        await asyncio.sleep(0)


async def talk(session):
    for _ in range(20):
        task = asyncio.ensure_future(asyncio.to_thread(session.note))
        await session.send()
        await task


def drive():
    session = Session()
    asyncio.run(talk(session))
    return session.sent
