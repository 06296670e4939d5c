"""The proof: wait until nothing is under way, then hold every invariant against the databases."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from chassis import audit
from chassis.database import Database
from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.check import ledgers, messages, streams, visits
from deploy.check.report import Report

POLL_SECONDS = 0.1

Databases = Mapping[str, Database]


class NoDatabase(Exception):
    """A service has no database where the settings say it is."""


async def prove(settings: Settings, settle: float) -> Report:
    """Every invariant over all services; what is still under way after `settle` counts as lost.

    Where the centre goes on working during the proof, it is taken again until the deadline.
    """
    deadline = monotonic() + settle
    async with opened(settings) as databases:
        while True:
            await _wait_until_quiet(databases, deadline)
            before = await messages.progress(databases)
            report = await _take(databases)
            moved = await messages.progress(databases) != before
            if not (report.violations and moved) or monotonic() >= deadline:
                return report


async def _take(databases: Databases) -> Report:
    report = Report()
    await messages.check_deliveries(databases, report)
    for service, database in databases.items():
        await streams.check_streams(service, database, report)
        broken = await audit.broken_links(database)
        report.blame("audit_chain", service, broken, "position whose link is broken")
    await visits.check_visits(databases, report)
    await ledgers.check_ledgers(databases, report)
    return report


async def _wait_until_quiet(databases: Databases, deadline: float) -> None:
    while monotonic() < deadline:
        if await messages.is_quiet(databases):
            return
        await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Databases]:
    """The five databases, or NoDatabase; a SQLite file that is missing is not made here."""
    databases: dict[str, Database] = {}
    try:
        for service in SERVICES:
            databases[service] = _open(service, settings.database(service))
            await _reach(service, databases[service])
        yield databases
    finally:
        for database in databases.values():
            await database.close()


def _open(service: str, url: str) -> Database:
    if url.startswith("sqlite") and not Path(str(make_url(url).database)).exists():
        raise NoDatabase(f"{service}: no database at {make_url(url).database}")
    return Database(url, pool=2)


async def _reach(service: str, database: Database) -> None:
    try:
        async with database.reading() as connection:
            await connection.execute(sa.text("SELECT 1 FROM outbox LIMIT 1"))
    except (sa.exc.DBAPIError, OSError) as error:
        place = make_url(database.url).render_as_string(hide_password=True)
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        raise NoDatabase(f"{service}: cannot read {place}: {cause}") from error
