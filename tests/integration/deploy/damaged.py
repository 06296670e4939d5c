"""A simulated centre's databases, to write what no service would write and see what is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from uuid_utils.compat import uuid7

from chassis.profiles import load
from chassis.settings import Settings
from chassis.tables import audit, inbox, parked
from chassis.tables import metadata as plumbing
from contracts.catalog import SERVICES
from deploy.check import Report, prove
from deploy.simulate import Wish, simulate
from deploy.simulate.centre import Running
from services.clinical import models as clinical
from services.complaints import models as complaints
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.bench.fill import NOW, fill
from tests.kit.centre import run_centre

FACILITY = "dharma_rini"
#: Six visits along five routes, two of them with a laboratory order, four with a prescription.
WISH = Wish(visits=6, seed=18, concurrency=3)
MODELS = {
    "registration": registration,
    "clinical": clinical,
    "lab": lab,
    "pharmacy": pharmacy,
    "complaints": complaints,
}

#: Rule, service and id of a violation.
Found = tuple[str, str, str]


@dataclass
class Damaged:
    """One copy of the centre. `touched`: the services whose database a test has written to."""

    settings: Settings
    touched: set[str] = field(default_factory=set)

    async def run(self, service: str, *statements: str | sa.Executable) -> None:
        """Without foreign keys on SQLite; on PostgreSQL a plant keeps to them."""
        self.touched.add(service)
        engine = create_async_engine(self.settings.database(service), poolclass=sa.NullPool)
        async with engine.begin() as connection:
            for each in statements:
                statement = sa.text(each) if isinstance(each, str) else each
                await connection.execute(statement)
        await engine.dispose()

    async def rows(self, service: str, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        engine = create_async_engine(self.settings.database(service), poolclass=sa.NullPool)
        async with engine.connect() as connection:
            rows: Sequence[sa.Row[Any]] = (await connection.execute(statement)).all()
        await engine.dispose()
        return rows

    async def one(self, service: str, statement: sa.Select[Any]) -> sa.Row[Any]:
        return (await self.rows(service, statement.limit(1)))[0]

    async def add(self, service: str, table: sa.Table, **values: Any) -> dict[str, Any]:
        row = fill(table, **values)
        await self.run(service, sa.insert(table).values(row))
        return row

    async def loosen(self, service: str, table: sa.Table) -> None:
        """Rebuild a table so that it takes what its constraints would refuse."""
        cascade = "" if "sqlite" in self.settings.database(service) else " CASCADE"
        await self.run(
            service,
            f"CREATE TABLE loose AS SELECT * FROM {table.name}",
            f"DROP TABLE {table.name}{cascade}",
            f"ALTER TABLE loose RENAME TO {table.name}",
        )

    async def set_aside(
        self, service: str, message: Any, state: str, *, decided: bool = True, **values: Any
    ) -> None:
        """Park a message of the inbox, or say what a person decided about it."""
        columns = ("event_id", "type", "source", "partitionkey", "sequence")
        facts = {name: getattr(message, name) for name in columns} | values
        await self.add(service, parked, state=state, code="conflict", parked_at=NOW, **facts)
        if state != "parked" and decided:
            said = {"action": f"message.{state}", "subject": str(message.event_id)}
            await self.add(service, audit, at=datetime.now(UTC), **said)

    async def unhandle(self, service: str, event_id: Any) -> None:
        await self.run(service, sa.delete(inbox).where(inbox.c.event_id == event_id))

    async def check(self) -> Report:
        return await prove(self.settings, 0.0)

    async def found(self) -> set[Found]:
        return {(v.rule, v.service, v.id) for v in (await self.check()).violations}


async def live_a_little(settings: Settings) -> None:
    """Some visits from the door to the end; everything has arrived and is sealed afterwards."""
    facility = load(settings.facilities_dir)[FACILITY]
    async with run_centre(settings) as centre:
        places = dict.fromkeys(SERVICES, centre.address)
        await simulate(Running(settings, centre.address, places, 0, 0.0), facility, WISH)
        report = await prove(settings, 30.0)
    assert report.violations == []


async def copy_rows(source: Settings, target: Settings) -> None:
    """Every row of the five SQLite files into five migrated databases of PostgreSQL."""
    old, new = Damaged(source), Damaged(target)
    for service in SERVICES:
        for table in (*MODELS[service].metadata.sorted_tables, *plumbing.sorted_tables):
            rows = await old.rows(service, sa.select(table))
            await new.run(service, f"DELETE FROM {table.name}")
            if rows:
                values = [dict(row._mapping) for row in rows]
                await new.run(service, sa.insert(table).values(values), *_counters(table))


def _counters(table: sa.Table) -> list[str]:
    """A counting key goes on after the rows that were copied."""
    return [
        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"
        f" (SELECT max({column.name}) FROM {table.name}))"
        for column in table.primary_key
        if column.autoincrement is True
    ]


def sqlite_settings(folder: Path) -> Settings:
    return Settings(mode="embedded", data_dir=folder, _env_file=None)


def new_id() -> Any:
    return uuid7()
