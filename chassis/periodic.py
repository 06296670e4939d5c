"""What time asks for: a use case run again and again for every centre, beside the relay.

Every worker of a service runs it: what must happen once is left to a unique key of the database.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from chassis.database import is_transient
from chassis.runtime import Service
from chassis.work import Work
from contracts.envelope import Actor
from contracts.facility import Facility

log = structlog.get_logger(__name__)

AWAY_SECONDS: Final = 2.0
#: Who stands behind what the clock does.
CLOCK: Final = Actor("clock", "", "")


@dataclass(frozen=True)
class Periodic:
    """`run` in a transaction of its own for each centre, then a rest of `seconds`."""

    run: Callable[[Work], Awaitable[None]]
    seconds: float


async def run_for_ever(service: Service, task: Periodic) -> None:
    async def for_every_centre() -> None:
        for facility in service.profiles.values():
            await run_once(service, task, facility)

    await repeat(service.name, for_every_centre, task.seconds)


async def repeat(service: str, run: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Again and again; a database that is away is asked again soon, not after the whole rest."""
    while True:
        rest = seconds
        try:
            await run()
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("periodic_waits", service=service, error=type(error).__name__)
            rest = min(seconds, AWAY_SECONDS)
        await asyncio.sleep(rest)


async def run_once(service: Service, task: Periodic, facility: Facility) -> None:
    async with service.database.writing() as connection:
        work = Work(service.database, connection, CLOCK, facility, datetime.now(UTC))
        await task.run(work)
        await work.flush()
    service.after_commit(work.pending)
