"""Numbers given twice, and stock that does not add up."""

from typing import Any

import sqlalchemy as sa

from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.integration.deploy.damaged import Damaged, Found, new_id
from tests.integration.deploy.plants.base import (
    ORDER,
    RX,
    VISIT,
    change_first,
    plant,
    plant_on_both,
)


async def same_as_first(centre: Damaged, service: str, table: sa.Table, name: str) -> Any:
    """Every row of one day gets the number of the first."""
    await centre.loosen(service, table)
    row = await centre.one(service, sa.select(table).where(table.c[name].is_not(None)))
    await centre.run(service, sa.update(table).values({name: row._mapping[name]}))
    return row


@plant_on_both
async def a_ticket_number_was_given_twice(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "registration", registration.ticket, "number")
    number = f"{row.facility}/{row.service_point}/{row.service_date}/{row.number}"
    return {("ticket_number", "registration", number)}


@plant
async def two_tickets_read_the_same(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "registration", registration.ticket, "ticket_no")
    number = f"{row.facility}/{row.service_point}/{row.service_date}/{row.ticket_no}"
    return {("ticket_number", "registration", number)}


@plant
async def a_ticket_was_used_for_two_visits(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "registration", VISIT, "ticket_id")
    return {("ticket_number", "registration", f"{row.facility}/{row.ticket_id}")}


@plant
async def a_visit_is_called_by_another_number_than_its_ticket(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "registration", VISIT, number=999)
    return {("ticket_number", "registration", str(row.id))}


@plant
async def a_record_number_was_given_twice(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "registration", registration.patient, "mrn")
    return {("number", "registration", f"{row.facility}/{row.mrn}")}


@plant
async def an_accession_number_was_given_twice(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "lab", ORDER, "accession_no")
    return {("number", "lab", f"{row.facility}/{row.accession_no}")}


@plant
async def a_number_of_the_pharmacy_was_given_twice(centre: Damaged) -> set[Found]:
    row = await same_as_first(centre, "pharmacy", RX, "number")
    return {("number", "pharmacy", f"{row.facility}/{row.service_date}/{row.number}")}


@plant
async def a_lot_holds_more_than_was_booked(centre: Damaged) -> set[Found]:
    lot = pharmacy.stock_lot
    row = await change_first(centre, "pharmacy", lot, on_hand=lot.c.on_hand + 1)
    return {("stock", "pharmacy", str(row.id))}


@plant_on_both
async def a_lot_was_oversold(centre: Damaged) -> set[Found]:
    lot, moved = pharmacy.stock_lot, pharmacy.stock_movement
    await centre.loosen("pharmacy", lot)
    row = await change_first(centre, "pharmacy", lot, on_hand=-1)
    more = {"lot_id": row.id, "quantity": -1 - row.on_hand, "kind": "dispense"}
    await centre.add("pharmacy", moved, **more)
    return {("stock", "pharmacy", str(row.id))}


@plant
async def a_prescription_was_handed_over_twice(centre: Damaged) -> set[Found]:
    moved = pharmacy.stock_movement
    handed = sa.select(moved).where(moved.c.prescription_id.is_not(None))
    row = await centre.one("pharmacy", handed)
    twice = dict(row._mapping) | {"id": new_id()}
    await centre.run("pharmacy", sa.insert(moved).values(twice))
    return {("handed_over", "pharmacy", str(row.prescription_id))}
