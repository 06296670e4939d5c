"""Five small databases of a centre where everything is right, to plant one fault at a time."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis import audit as sealer
from chassis.database import Database
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.tables import audit, inbox, outbox, parked, stream
from contracts.catalog import SERVICES, consumers_of
from deploy.check import Report, prove
from services.clinical import models as clinical
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.bench.fill import NOW, fill

ROUTED = "registration.patient.routed.v1"


def build_empty(folder: Path) -> None:
    """The five migrated databases without a row."""
    settings = Settings(mode="embedded", data_dir=folder, database_url=None)

    async def build() -> None:
        for service in SERVICES:
            await upgrade(service, settings.database(service))

    asyncio.run(build())


class Planted:
    """A centre of one's own, with helpers to write what no service would write."""

    def __init__(self, template: Path, folder: Path) -> None:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        self.settings = Settings(mode="embedded", data_dir=folder, database_url=None)
        self._folder = folder

    def run(self, service: str, *statements: str | sa.Executable) -> None:
        engine = sa.create_engine(f"sqlite:///{self._folder / service}.sqlite3")
        with engine.begin() as connection:
            for statement in statements:
                executable = sa.text(statement) if isinstance(statement, str) else statement
                connection.execute(executable)
        engine.dispose()

    def add(self, service: str, table: sa.Table, **values: Any) -> dict[str, Any]:
        row = fill(table, **values)
        self.run(service, sa.insert(table).values(row))
        return row

    def without_constraints(self, service: str, table: str) -> None:
        """Rebuild a table so that it takes what its constraints would refuse."""
        copy = f"CREATE TABLE copy AS SELECT * FROM {table}"
        drop, rename = f"DROP TABLE {table}", f"ALTER TABLE copy RENAME TO {table}"
        self.run(service, copy, drop, rename)

    def send(self, key: str, sequence: int = 1, type_: str = ROUTED) -> UUID:
        """An event published by registration; returns its id."""
        row = self.add(
            "registration", outbox, event_id=uuid7(), type=type_, partitionkey=key,
            sequence=sequence, published_at=NOW,
        )  # fmt: skip
        upsert = f"INSERT OR REPLACE INTO {stream.name} VALUES ('{key}', {sequence})"
        self.run("registration", upsert)
        return UUID(str(row["event_id"]))

    def handle(
        self, event_id: UUID, key: str, sequence: int = 1, services: Sequence[str] | None = None
    ) -> None:
        """The event in the inbox of its consumers, or of those given."""
        for service in consumers_of(ROUTED) if services is None else services:
            self.add(
                service, inbox, event_id=event_id, type=ROUTED, source="registration",
                partitionkey=key, sequence=sequence,
            )  # fmt: skip

    def deliver(self, key: str, sequence: int = 1) -> UUID:
        event_id = self.send(key, sequence)
        self.handle(event_id, key, sequence)
        return event_id

    def park(self, event_id: UUID, key: str, state: str = "parked") -> None:
        self.add(
            "clinical", parked, event_id=event_id, type=ROUTED, source="registration",
            partitionkey=key, state=state, code="illegal_transition",
        )  # fmt: skip

    def visit(self, **values: Any) -> UUID:
        """An open visit in the child unit, and the same in the rooms."""
        patient = self.add("registration", registration.patient, mrn=str(uuid7())[-12:])
        ticket = self.add("registration", registration.ticket, number=int(uuid7()) % 10**9)
        row = self.add(
            "registration", registration.visit, patient_id=patient["id"], ticket_id=ticket["id"],
            **{"unit": "anak", "state": "waiting", "route_seq": 1} | values,
        )  # fmt: skip
        return UUID(str(row["id"]))

    def entry(self, visit_id: UUID, **values: Any) -> None:
        place = {"unit": "anak", "state": "waiting", "route_seq": 1} | values
        self.add("clinical", clinical.worklist_entry, id=visit_id, **place)

    def lot(self, on_hand: int, *movements: int) -> UUID:
        row = self.add("pharmacy", pharmacy.stock_lot, on_hand=on_hand, lot=str(uuid7()))
        for quantity in movements:
            self.add(
                "pharmacy", pharmacy.stock_movement, lot_id=row["id"], quantity=quantity,
                kind="receipt",
            )  # fmt: skip
        return UUID(str(row["id"]))

    def seal(self, entries: int) -> None:
        """So many audit entries, linked as the sealer does it."""
        for _ in range(entries):
            self.add("lab", audit)

        async def link() -> None:
            database = Database(self.settings.database("lab"))
            await sealer.seal_once(database)
            await database.close()

        asyncio.run(link())

    def check(self, settle: float = 0.0) -> Report:
        return asyncio.run(prove(self.settings, settle))

    def found(self) -> list[tuple[str, str, str]]:
        """Rule, service and id of every violation."""
        return [(v.rule, v.service, v.id) for v in self.check().violations]
