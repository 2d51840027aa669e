"""A client is made on first use, by whichever pool thread comes first."""

import asyncio


class Client:
    def __init__(self, base: str) -> None:
        self.base = base
        self.sent: list[str] = []


class Api:
    def __init__(self, base: str) -> None:
        self.base = base
        self._client: Client | None = None

    def get(self, path: str) -> str:
        if self._client is None:
#          ^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy
            self._client = Client(self.base)
        self._client.sent.append(path)
        return self.base + path


async def fetch_all(api: Api) -> None:
    paths = [f"/items/{i}" for i in range(4)]
    await asyncio.gather(*[asyncio.to_thread(api.get, path) for path in paths])


def drive() -> None:
    asyncio.run(fetch_all(Api("https://api.example.org")))
