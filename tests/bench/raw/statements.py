"""One SQL statement for one step: data-modifying CTEs need a single round trip and no BEGIN."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis.tables import metadata as plumbing
from services.clinical import models as clinical
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.bench.fill import fill
from tests.bench.raw.steps import Step

Ids = Mapping[str, UUID]

TABLES: Final = {
    "registration": registration.metadata.tables,
    "clinical": clinical.metadata.tables,
    "lab": lab.metadata.tables,
    "pharmacy": pharmacy.metadata.tables,
}
FACILITY: Final = "dharma_rini"
_ACTOR: Final = "0192f0aa-aaaa-7000-8000-000000000001|midwife|anak"
_DIGEST: Final = "0" * 64
#: About what a list of observations, tests or medicines takes.
_JSON: Final = json.dumps([{"loinc": "8310-5", "value": 37.1, "ucum": "Cel"}] * 3)
_numbers = count(1)

#: Which of a visit's ids is the key of a row; a table that is not here gets a fresh one.
_KEYS: Final = {
    "ticket": "ticket", "patient": "patient", "visit": "visit", "worklist_entry": "visit",
    "encounter": "encounter", "lab_request": "order", "prescription": "rx", "lab_order": "order",
    "specimen": "specimen", "ended_visit": "visit",
}  # fmt: skip
#: Columns that hold another id of the same visit.
_LINKS: Final = {
    "patient_id": "patient", "ticket_id": "ticket", "visit_id": "visit", "ref_id": "order",
    "encounter_id": "encounter", "order_id": "order", "lot_id": "lot", "prescription_id": "rx",
}  # fmt: skip
#: Rows found by something else than their own id.
_FOUND_BY: Final = {
    "obligation": ("visit_id", "visit"), "lab_result": ("order_id", "order"),
    "stock_lot": ("id", "lot"),
}  # fmt: skip
#: A patient who is on the list already has moved.
_MOVED: Final = (
    " ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, state = excluded.state,"
    " route_seq = excluded.route_seq, version = worklist_entry.version + 1"
)
_NUMBERED: Final = frozenset({"number", "route_seq"})


class Statement:
    """A step as SQL with numbered parameters, and the values for one visit."""

    def __init__(self, step: Step, data: Mapping[str, str], *, is_effect: bool = False) -> None:
        self._step, self._data = step, data
        self._values: list[Callable[[Ids], Any]] = []
        self._parts: list[str] = []
        tables = TABLES[step.service]
        for name in step.inserts:
            self._insert(tables[name])
        for name in step.updates:
            self._update(tables[name])
        for name in step.counters:
            self._count(tables[name])
        if step.events:
            self._publish()
        if not is_effect:
            self._witness()
        named = [f"p{number} AS ({part})" for number, part in enumerate(self._parts)]
        self.sql = f"WITH {', '.join(named)} SELECT 1"

    def arguments(self, ids: Ids) -> list[Any]:
        return [value(ids) for value in self._values]

    def _bind(self, value: Callable[[Ids], Any], kind: str = "") -> str:
        self._values.append(value)
        return f"${len(self._values)}{kind}"

    def _constant(self, value: Any) -> str:
        return self._bind(lambda _: value)

    def _insert(self, table: sa.Table) -> None:
        row = {name: self._bind(value) for name, value in _cells(table).items()}
        names, places = ", ".join(row), ", ".join(row.values())
        again = _MOVED if table.name == "worklist_entry" else ""
        self._parts.append(f"INSERT INTO {table.name} ({names}) VALUES ({places}){again}")

    def _update(self, table: sa.Table) -> None:
        column, key = _FOUND_BY.get(table.name, ("id", _KEYS.get(table.name, "")))
        changes = ["version = version + 1"] if "version" in table.c else []
        if table.name == "lab_result":
            changes = ["flag = 'normal'"] if "flag" in table.c else ["read_by = 'x'"]
        if "state" in table.c:
            changes.append(f"state = {self._constant('changed')}")
        if table.name == "stock_lot":
            changes.append("on_hand = on_hand - 1")
        where = f"{column} = {self._bind(lambda ids: ids[key])}"
        self._parts.append(f"UPDATE {table.name} SET {', '.join(changes)} WHERE {where}")

    def _count(self, table: sa.Table) -> None:
        """A counter row that every writer of this step meets, or the display's last call."""
        row = {name: self._bind(value) for name, value in _cells(table).items()}
        keys = ", ".join(column.name for column in table.primary_key)
        other = next(name for name in ("last", "attempt") if name in table.c)
        self._parts.append(
            f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({', '.join(row.values())})"
            f" ON CONFLICT ({keys}) DO UPDATE SET {other} = {table.name}.{other} + 1"
        )

    def _publish(self) -> None:
        for key in dict.fromkeys(key for _, key in self._step.events):
            types = [type_ for type_, its in self._step.events if its == key]
            place = self._bind(lambda ids, key=key: str(ids[key]))  # type: ignore[misc]
            self._parts.append(
                f"INSERT INTO stream VALUES ({place}, {len(types)}) ON CONFLICT (partitionkey)"
                f" DO UPDATE SET last_sequence = stream.last_sequence + {len(types)}"
                " RETURNING last_sequence"
            )
            last = f"(SELECT last_sequence FROM p{len(self._parts) - 1})"
            for after, type_ in enumerate(reversed(types)):
                self._outbox(type_, place, f"{last} - {after}")

    def _outbox(self, type_: str, key: str, sequence: str) -> None:
        data = self._data[type_]
        row = {
            "event_id": self._bind(lambda _: uuid7()),
            "type": self._constant(type_),
            "facility": self._constant(FACILITY),
            "partitionkey": key,
            "sequence": sequence,
            "correlationid": self._bind(lambda ids: str(ids["visit"])),
            "actor": self._constant(_ACTOR),
            "data": self._bind(lambda ids: with_ids(data, ids)),
            "recorded_at": self._bind(lambda _: datetime.now(UTC)),
        }
        names, places = ", ".join(row), ", ".join(row.values())
        self._parts.append(f"INSERT INTO outbox ({names}) VALUES ({places})")

    def _witness(self) -> None:
        """The audit entry and, of a command, the answer under its Idempotency-Key."""
        if self._step.audits:
            self._plumbing(
                "audit", action="step", actor=_ACTOR, facility=FACILITY, detail="",
                subject=lambda ids: str(ids["visit"]), visit_id=lambda ids: ids["visit"],
            )  # fmt: skip
        if self._step.keyed:
            self._plumbing(
                "idempotency", actor="0192f0aa-aaaa-7000-8000-000000000001", digest=_DIGEST,
                key=lambda _: str(uuid7()), status=200, answer=_JSON,
            )  # fmt: skip

    def _plumbing(self, name: str, **given: Any) -> None:
        table = plumbing.tables[name]
        cells = {key: value if callable(value) else _always(value) for key, value in given.items()}
        cells |= {key: _now for key in ("at", "created_at") if key in table.c}
        row = {key: self._bind(value) for key, value in cells.items()}
        names, places = ", ".join(row), ", ".join(row.values())
        self._parts.append(f"INSERT INTO {name} ({names}) VALUES ({places})")


def _cells(table: sa.Table) -> dict[str, Callable[[Ids], Any]]:
    """For each column that is written, its value for a visit."""
    cells: dict[str, Callable[[Ids], Any]] = {}
    for name, value in fill(table, **_given(table)).items():
        link = _KEYS.get(table.name) if name == "id" else _LINKS.get(name)
        if link:
            cells[name] = _id(link)
        elif name == "mrn":
            cells[name] = lambda _: f"{next(_numbers):010d}"
        elif name in _NUMBERED:
            cells[name] = lambda _: next(_numbers)
        elif isinstance(table.c[name].type, sa.Uuid):
            cells[name] = lambda _: uuid7()
        elif isinstance(table.c[name].type, sa.JSON):
            cells[name] = _always(_JSON)
        elif isinstance(value, datetime):
            cells[name] = _now
        else:
            cells[name] = _always(value)
    return cells


def _given(table: sa.Table) -> dict[str, Any]:
    """What a constraint asks for, and a unique value where the type alone would repeat one."""
    given: dict[str, Any] = {"facility": FACILITY} if "facility" in table.c else {}
    if "prescription_id" in table.c:
        given |= {"prescription_id": None, "kind": "dispense", "quantity": -1}
    return given


def _id(name: str) -> Callable[[Ids], Any]:
    return lambda ids: ids[name]


def _always(value: Any) -> Callable[[Ids], Any]:
    return lambda _: value


def _now(_: Ids) -> datetime:
    return datetime.now(UTC)


def with_ids(data: str, ids: Ids) -> str:
    """The event's data with the ids of this visit added, so that a consumer can find its rows."""
    mine = ",".join(f'"{name}":"{value}"' for name, value in ids.items())
    return f'{data[:-1]},"raw":{{{mine}}}}}'
