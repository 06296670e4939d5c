"""Debts: a visit that ended owes nothing, in registration and in every room.

What reached registration only after the end is filed there and may still be open. So may an order
whose result is being corrected. A request whose answer stands aside is listed as parked, not here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from deploy.check.aside import keys_held_back
from deploy.check.places import Visits
from deploy.check.reading import CLOCKS, Databases, rows_of
from deploy.check.report import Report
from services.clinical import models as clinical
from services.clinical.domain import requests
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from services.registration.domain.visits import LAB_ORDER, PRESCRIPTION

#: States of an obligation that was, or is, owed before the end; in any other it came too late.
IN_TIME = frozenset({"open", "done", "rejected"})
#: An order that is being corrected was answered before, so it does not stand at its beginning.
NEVER_CORRECTED = frozenset({"requested", "rejected"})


@dataclass(frozen=True)
class Books:
    """Visits that ended, and what registration says they owed. `unheard`: keys held back there."""

    closed: Visits
    owed: Mapping[tuple[str, UUID], sa.Row[Any]]
    unheard: Collection[str]

    def filed(self, kind: str, ref_id: UUID) -> bool:
        """Registration heard of it after the end, or has not heard of it yet."""
        row = self.owed.get((kind, ref_id))
        return row.state not in IN_TIME if row else str(ref_id) in self.unheard


async def check_debts(databases: Databases, visits: Visits, report: Report) -> None:
    books = Books(
        {key: visit for key, visit in visits.items() if visit.closed_at is not None},
        await _obligations(databases["registration"]),
        await keys_held_back(databases["registration"]),
    )
    _check_obligations(books, report)
    await _check_orders(databases["lab"], books, report)
    await _check_prescriptions(databases["pharmacy"], books, report)
    await _check_requests(databases["clinical"], books, report)
    await _check_encounters(databases["clinical"], books, report)


async def _obligations(database: Database) -> Mapping[tuple[str, UUID], sa.Row[Any]]:
    owed = registration.obligation.c
    columns = (owed.visit_id, owed.kind, owed.ref_id, owed.state, owed.closed_at)
    return {(row.kind, row.ref_id): row for row in await rows_of(database, sa.select(*columns))}


def _check_obligations(books: Books, report: Report) -> None:
    for row in books.owed.values():
        visit = books.closed.get(row.visit_id)
        if visit is None or row.state not in IN_TIME:
            continue
        ended = row.state != "open" and row.closed_at is not None
        if not ended or row.closed_at > visit.closed_at + CLOCKS:
            detail = f"{row.kind} {row.ref_id} was {row.state} when the visit ended"
            report.blame("open_obligation", "registration", [row.visit_id], detail)


async def _check_orders(database: Database, books: Books, report: Report) -> None:
    order = lab.lab_order.c
    columns = (order.id, order.visit_id, order.state, order.result_version, order.closed_at)
    for row in await rows_of(database, sa.select(*columns)):
        corrected = row.result_version > 1 and row.state not in NEVER_CORRECTED
        if not corrected and not books.filed(LAB_ORDER, row.id):
            _check_done("lab", row, row.closed_at is None, books, report)


async def _check_prescriptions(database: Database, books: Books, report: Report) -> None:
    rx = pharmacy.prescription.c
    columns = (rx.id, rx.visit_id, rx.state, rx.closed_at)
    for row in await rows_of(database, sa.select(*columns)):
        if not books.filed(PRESCRIPTION, row.id):
            is_open = row.state in pharmacy.OPEN_STATES
            _check_done("pharmacy", row, is_open, books, report)


def _check_done(service: str, row: Any, is_open: bool, books: Books, report: Report) -> None:
    visit = books.closed.get(row.visit_id)
    if visit is None:
        return
    if is_open:
        detail = f"{row.state}, though visit {visit.id} is {visit.state}"
        report.blame("open_obligation", service, [row.id], detail)
    elif row.closed_at and row.closed_at > visit.closed_at + CLOCKS:
        detail = f"visit {visit.id} had ended before it was done"
        report.blame("open_obligation", service, [row.id], detail)


async def _check_requests(database: Database, books: Books, report: Report) -> None:
    """The sender's side: answered, and the answer read unless it came after the care."""
    unheard = await keys_held_back(database)
    asked, rx = clinical.lab_request.c, clinical.prescription.c
    read = sa.or_(asked.result_version <= asked.read_version, asked.filed)
    lab_requests = sa.select(asked.id, asked.visit_id, asked.state, read.label("read"))
    prescriptions = sa.select(rx.id, rx.visit_id, rx.state, sa.true().label("read"))
    for kind, path, statement in (
        (LAB_ORDER, requests.LAB, lab_requests),
        (PRESCRIPTION, requests.PRESCRIPTION, prescriptions),
    ):
        for row in await rows_of(database, statement):
            visit = books.closed.get(row.visit_id)
            if visit is None or books.filed(kind, row.id) or str(row.id) in unheard:
                continue
            if path.outstanding(row.state) or not row.read:
                what = row.state if row.read else "a result nobody read"
                detail = f"{kind}: {what}, though visit {visit.id} is {visit.state}"
                report.blame("open_obligation", "clinical", [row.id], detail)


async def _check_encounters(database: Database, books: Books, report: Report) -> None:
    """Where a visit was cancelled or left, what a room had begun may stay unfinished."""
    seen = clinical.encounter.c
    statement = sa.select(seen.id, seen.visit_id, seen.unit).where(seen.state == "open")
    for row in await rows_of(database, statement):
        visit = books.closed.get(row.visit_id)
        if visit is not None and visit.state == "completed":
            detail = f"open in {row.unit}, though visit {visit.id} is completed"
            report.blame("open_obligation", "clinical", [row.id], detail)
