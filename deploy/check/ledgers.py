"""Ledgers: ticket numbers are given once, and every lot holds what was booked."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from chassis.database import Database
from deploy.check.report import Report
from services.pharmacy import models as pharmacy
from services.registration import models as registration


async def check_ledgers(databases: Mapping[str, Database], report: Report) -> None:
    await _check_tickets(databases["registration"], report)
    await _check_stock(databases["pharmacy"], report)
    await _check_handed_over(databases["pharmacy"], report)


async def rows_of(database: Database, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    async with database.snapshot() as connection:
        rows: Sequence[sa.Row[Any]] = (await connection.execute(statement)).all()
        return rows


async def _check_tickets(database: Database, report: Report) -> None:
    """A number is given once per centre, service point and day."""
    ticket = registration.ticket.c
    key = (ticket.facility, ticket.service_point, ticket.service_date, ticket.number)
    twice = sa.select(*key, sa.func.count().label("times")).group_by(*key)
    for row in await rows_of(database, twice.having(sa.func.count() > 1)):
        number = "/".join(map(str, row[:4]))
        report.blame("ticket_number", "registration", [number], f"given {row.times} times")


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
