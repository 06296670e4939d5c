"""Ledgers: every number is given once, and every lot holds what was booked."""

from collections.abc import Sequence

import sqlalchemy as sa

from chassis.database import Database
from deploy.check.reading import Databases, rows_of
from deploy.check.report import Report
from services.complaints import models as complaints
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration

_TICKET, _VISIT = registration.ticket.c, registration.visit.c
_DAY = (_TICKET.facility, _TICKET.service_point, _TICKET.service_date)

#: What people call out or read on paper: given once per centre, and per day where that counts.
NUMBERS: Sequence[tuple[str, str, Sequence[sa.Column[object]]]] = (
    ("ticket_number", "registration", (*_DAY, _TICKET.number)),
    ("ticket_number", "registration", (*_DAY, _TICKET.ticket_no)),
    ("ticket_number", "registration", (_VISIT.facility, _VISIT.ticket_id)),
    ("number", "registration", (registration.patient.c.facility, registration.patient.c.mrn)),
    ("number", "lab", (lab.lab_order.c.facility, lab.lab_order.c.accession_no)),
    (
        "number",
        "pharmacy",
        (
            pharmacy.prescription.c.facility,
            pharmacy.prescription.c.service_date,
            pharmacy.prescription.c.number,
        ),
    ),
    ("number", "complaints", (complaints.complaint.c.facility, complaints.complaint.c.number)),
)


async def check_ledgers(databases: Databases, report: Report) -> None:
    for rule, service, key in NUMBERS:
        await _check_numbers(rule, service, key, databases[service], report)
    await _check_tickets_of_visits(databases["registration"], report)
    await _check_stock(databases["pharmacy"], report)
    await _check_handed_over(databases["pharmacy"], report)


async def _check_numbers(
    rule: str, service: str, key: Sequence[sa.Column[object]], database: Database, report: Report
) -> None:
    times = sa.func.count()
    twice = sa.select(*key, times.label("times")).where(key[-1].is_not(None)).group_by(*key)
    for row in await rows_of(database, twice.having(times > 1)):
        number = "/".join(map(str, row[:-1]))
        report.blame(rule, service, [number], f"{key[-1].table.name} given {row.times} times")


async def _check_tickets_of_visits(database: Database, report: Report) -> None:
    """The number of a visit is the one on the ticket it was opened with."""
    other = sa.or_(_VISIT.number != _TICKET.number, _VISIT.ticket_no != _TICKET.ticket_no)
    differs = sa.select(_VISIT.id, _VISIT.ticket_no, _TICKET.ticket_no.label("printed"))
    statement = differs.join(registration.ticket, _TICKET.id == _VISIT.ticket_id).where(other)
    for row in await rows_of(database, statement):
        detail = f"visit has {row.ticket_no}, its ticket {row.printed}"
        report.blame("ticket_number", "registration", [row.id], detail)


async def _check_stock(database: Database, report: Report) -> None:
    """Every lot holds what its ledger adds up to, never less than nothing."""
    lot, movement = pharmacy.stock_lot.c, pharmacy.stock_movement.c
    booked = sa.func.coalesce(sa.func.sum(movement.quantity), 0)
    statement = (
        sa.select(lot.id, lot.on_hand, booked.label("booked"))
        .outerjoin(pharmacy.stock_movement, movement.lot_id == lot.id)
        .group_by(lot.id, lot.on_hand)
        .having(sa.or_(booked != lot.on_hand, lot.on_hand < 0))
    )
    for row in await rows_of(database, statement):
        detail = f"{row.on_hand} on hand, ledger says {row.booked}"
        report.blame("stock", "pharmacy", [row.id], detail)


async def _check_handed_over(database: Database, report: Report) -> None:
    """What left the stock for a prescription is what the prescription asks for, once."""
    rx, movement = pharmacy.prescription.c, pharmacy.stock_movement.c
    taken = (
        sa.select(movement.prescription_id, (-sa.func.sum(movement.quantity)).label("quantity"))
        .where(movement.prescription_id.is_not(None))
        .group_by(movement.prescription_id)
        .subquery()
    )
    statement = sa.select(rx.id, rx.state, rx["items"], taken.c.quantity).outerjoin(
        taken, taken.c.prescription_id == rx.id
    )
    for row in await rows_of(database, statement):
        asked = sum(item["quantity"] for item in row.items) if row.state == "dispensed" else 0
        if int(row.quantity or 0) != asked:
            detail = f"asks for {asked}, stock gave {int(row.quantity or 0)}"
            report.blame("handed_over", "pharmacy", [row.id], detail)
