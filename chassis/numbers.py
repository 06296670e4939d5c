"""Numbers from a counter that nobody holds: those who wait for one are given theirs together.

A counter that is counted up within a transaction keeps its row locked until the commit, so that
all who need a number commit one after the other. Here the first of those who wait takes numbers
for all of them and commits that alone. A number is never given twice; one whose owner then fails
is given to nobody. See docs/adr/0011.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.driver import driver_of
from chassis.inline_sqlite import InlineConnection

#: Takes this many numbers more, and returns the last of them.
Take = Callable[[int], Awaitable[int]]


@dataclass
class _Line:
    """Those who wait for numbers of one counter."""

    waiting: list[asyncio.Future[int]] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def serve(self, take: Take) -> None:
        """Numbers for everybody who waits now; whoever comes meanwhile is served next."""
        served = tuple(self.waiting)
        last = await take(len(served))
        for number, waiting in enumerate(served, last - len(served) + 1):
            if waiting in self.waiting:  # else its owner was cancelled
                self.waiting.remove(waiting)
                waiting.set_result(number)


class Numbers:
    """The counters of one database, for this process."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = defaultdict(_Line)

    async def next(self, connection: AsyncConnection, counter: Hashable, take: Take) -> int:
        """The next number of `counter`; `take` runs on this connection or on somebody else's.

        Within a transaction it is taken there: what is undone may not be given to others.
        """
        driver = driver_of(connection)
        if isinstance(driver, InlineConnection) or driver.is_in_transaction():
            return await take(1)
        line = self._lines[counter]
        mine: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        line.waiting.append(mine)
        try:
            async with line.turn:
                if not mine.done():
                    await line.serve(take)
        finally:
            if mine in line.waiting:
                line.waiting.remove(mine)
        return mine.result()
