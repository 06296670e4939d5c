"""Open pages learn within a second that something changed: server-sent events by topic.

A topic is `<facility>/<name>`; the event says only which topic is newer, never what is in it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable

import sqlalchemy as sa

from chassis.database import Database, is_transient
from chassis.parking import HELD
from chassis.tables import inbox, outbox, parked

#: Everything may be newer: sent where another process wrote, so the topics are not known.
ALL = "*"
POLL_SECONDS = 0.5


class Live:
    """Hands topics to the open streams of this process."""

    def __init__(self) -> None:
        self._streams: set[_Stream] = set()
        self._ended = False

    def notify(self, topics: Iterable[str]) -> None:
        fresh = frozenset(topics)
        if fresh:
            for stream in self._streams:
                stream.put(fresh)

    async def stream(self, facility: str) -> AsyncIterator[list[str]]:
        """Names of topics of one facility that changed, without its prefix, until `end`."""
        stream = _Stream()
        self._streams.add(stream)
        try:
            while not self._ended:
                named = [topic.partition("/") for topic in await stream.get()]
                mine = [name or ALL for owner, _, name in named if owner in {facility, ALL}]
                if mine:
                    yield mine
        finally:
            self._streams.discard(stream)

    def end(self) -> None:
        """The process stops: no page holds it up, each opens its stream again at the next one."""
        self._ended = True
        for stream in self._streams:
            stream.put(())

    async def watch(self, database: Database) -> None:
        """For a process that only serves pages: notice what other processes wrote."""
        statement = sa.select(
            sa.select(sa.func.max(outbox.c.seq)).scalar_subquery(),
            sa.select(sa.func.max(inbox.c.position)).scalar_subquery(),
            sa.select(sa.func.max(parked.c.position)).scalar_subquery(),
            sa.select(sa.func.count()).select_from(parked).where(HELD).scalar_subquery(),
        )
        last = None
        while True:
            try:
                async with database.reading() as connection:
                    newest = tuple((await connection.execute(statement)).one())
            except Exception as error:
                if not is_transient(error):
                    raise
            else:
                if last is not None and newest != last:
                    self.notify([ALL])
                last = newest
            await asyncio.sleep(POLL_SECONDS)


class _Stream:
    """What one page has not been told yet; a slow page loses nothing but repetition."""

    def __init__(self) -> None:
        self._topics: deque[str] = deque()
        self._ready = asyncio.Event()

    def put(self, topics: Iterable[str]) -> None:
        self._topics.extend(topic for topic in topics if topic not in self._topics)
        self._ready.set()

    async def get(self) -> list[str]:
        await self._ready.wait()
        self._ready.clear()
        topics = list(self._topics)
        self._topics.clear()
        return topics
