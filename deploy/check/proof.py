"""The proof: wait until nothing is under way, then hold every invariant against the databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from chassis.database import Database
from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.check import audits, debts, ledgers, links, messages, places, streams
from deploy.check.reading import Databases
from deploy.check.report import Report

POLL_SECONDS = 0.1


class NoDatabase(Exception):
    """A service has no database where the settings say it is, or it cannot be read."""


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
    await streams.check_streams(databases, report)
    visits = await places.visits_of(databases["registration"])
    report.opened = len(visits)
    report.completed = sum(visit.state == "completed" for visit in visits.values())
    await places.check_places(databases, visits, report)
    await debts.check_debts(databases, visits, report)
    await links.check_links(databases, visits, report)
    await ledgers.check_ledgers(databases, report)
    await audits.check_audits(databases, report)
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
    except (sa.exc.ProgrammingError, sa.exc.OperationalError) as error:
        older = "a database of another version is brought up by `python -m deploy migrate`"
        raise NoDatabase(f"the databases cannot be read: {_cause(error)} ({older})") from error
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
        raise NoDatabase(f"{service}: cannot read {place}: {_cause(error)}") from error


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]
