"""Listens to the live stream of each service, as an open page does, and says when to look again.

Asking again and again would cost the centre more than the work itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import aiohttp

AGAIN_SECONDS = 0.2


class Watch:
    """One stream per service. `headers` are those of somebody signed in."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        addresses: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> None:
        self._session, self._headers = session, headers
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = defaultdict(set)
        self._tasks = [
            asyncio.create_task(self._listen(service, f"{address}/{service}/live"))
            for service, address in addresses.items()
        ]

    @contextmanager
    def expect(self, service: str, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the service says that `topic` is newer."""
        changed, place = asyncio.Event(), (service, topic)
        self._waiting[place].add(changed)
        try:
            yield changed
        finally:
            self._waiting[place].discard(changed)
            if not self._waiting[place]:
                del self._waiting[place]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, service: str, url: str) -> None:
        """Until cancelled; a stream that ends is opened again, and all look in between."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self._session.get(url, headers=self._headers, timeout=timeout) as stream:
                    async for line in stream.content:
                        if line.startswith(b"data:"):
                            self._tell(service, line[5:].strip().decode())
            await asyncio.sleep(AGAIN_SECONDS)

    def _tell(self, service: str, topic: str) -> None:
        for place in ((service, topic), (service, "")) if topic != "*" else self._of(service):
            for changed in self._waiting.get(place, ()):
                changed.set()

    def _of(self, service: str) -> list[tuple[str, str]]:
        return [place for place in self._waiting if place[0] == service]
