"""Listens to the live stream of each service, as an open page does, and says when to look again.

Asking again and again would cost the centre more than the work itself.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress

import aiohttp

AGAIN_SECONDS = 0.2
#: The topic that says that anything may be newer.
ALL = "*"


class Watch:
    """One stream per service, from `listen` to `close`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._told: Counter[tuple[str, str]] = Counter()
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []

    def listen(self, addresses: Mapping[str, str], headers: Mapping[str, str]) -> None:
        """`headers` are those of somebody signed in."""
        for service, address in addresses.items():
            hearing = self._hear(service, f"{address}/{service}/live", headers)
            self._tasks.append(asyncio.create_task(hearing))

    def count(self, service: str, topic: str = "") -> int:
        """How often the service has said that `topic` (or, without one, anything) is newer."""
        return self._told[service, topic] + (self._told[service, ALL] if topic else 0)

    async def news(self, service: str, topic: str, after: int, longest: float) -> None:
        """Until `topic` was told more than `after` times, or for so many seconds."""
        changed = asyncio.Event()
        self._waiting[service].add(changed)
        try:
            async with asyncio.timeout(longest):
                while self.count(service, topic) <= after:
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return
        finally:
            self._waiting[service].discard(changed)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self, service: str, url: str, headers: Mapping[str, str]) -> None:
        """Until cancelled; a stream that ends is opened again, and all look in between."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self._session.get(url, headers=headers, timeout=timeout) as stream:
                    async for line in stream.content:
                        if line.startswith(b"data:"):
                            self._tell(service, line[5:].strip().decode())
            self._tell(service, ALL)
            await asyncio.sleep(AGAIN_SECONDS)

    def _tell(self, service: str, topic: str) -> None:
        self._told[service, topic] += bool(topic)
        self._told[service, ""] += 1
        for changed in self._waiting[service]:
            changed.set()
