"""Visits that ended with something open."""

import sqlalchemy as sa

from chassis.tables import inbox
from contracts.lab import OrderReceivedV1
from services.clinical import models as clinical
from services.registration import models as registration
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged, Found
from tests.integration.deploy.plants.base import (
    ENCOUNTER,
    ORDER,
    RX,
    YEARS,
    change_first,
    plant,
    plant_on_both,
)


@plant_on_both
async def an_obligation_is_open(centre: Damaged) -> set[Found]:
    owed = registration.obligation
    row = await centre.one("registration", sa.select(owed))
    mine = (owed.c.visit_id == row.visit_id) & (owed.c.ref_id == row.ref_id)
    reopened = sa.update(owed).where(mine).values(state="open", closed_at=None)
    await centre.run("registration", reopened)
    return {("open_obligation", "registration", str(row.visit_id))}


@plant
async def an_obligation_was_done_after_the_end(centre: Damaged) -> set[Found]:
    owed = registration.obligation
    row = await centre.one("registration", sa.select(owed))
    mine = (owed.c.visit_id == row.visit_id) & (owed.c.ref_id == row.ref_id)
    late = sa.update(owed).where(mine).values(closed_at=row.closed_at + YEARS)
    await centre.run("registration", late)
    return {("open_obligation", "registration", str(row.visit_id))}


@plant
async def an_encounter_is_open(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "clinical", ENCOUNTER, state="open")
    return {("open_obligation", "clinical", str(row.id))}


@plant
async def a_lab_request_waits_for_an_answer(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "clinical", clinical.lab_request, state="requested")
    return {("open_obligation", "clinical", str(row.id))}


@plant
async def a_result_was_never_read(centre: Damaged) -> set[Found]:
    unread = {"state": "returned", "read_version": 0}
    row = await change_first(centre, "clinical", clinical.lab_request, **unread)
    return {("open_obligation", "clinical", str(row.id))}


@plant
async def a_prescription_waits_for_an_answer(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "clinical", clinical.prescription, state="reviewed")
    return {("open_obligation", "clinical", str(row.id))}


@plant_on_both
async def a_request_waits_and_a_message_was_given_up_long_ago(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "clinical", clinical.lab_request, state="accepted")
    first = sa.select(inbox).where(
        inbox.c.type == OrderReceivedV1.type, inbox.c.partitionkey == str(row.id)
    )
    message = await centre.one("clinical", first)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "discarded", resolved_at=NOW - YEARS)
    return {("open_obligation", "clinical", str(row.id))}


@plant_on_both
async def an_order_is_open(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "lab", ORDER, state="accepted", closed_at=None)
    return {("open_obligation", "lab", str(row.id))}


@plant
async def an_order_stands_at_its_beginning_as_a_second_version(centre: Damaged) -> set[Found]:
    anew = {"state": "requested", "closed_at": None, "result_version": 2}
    row = await change_first(centre, "lab", ORDER, **anew)
    return {("open_obligation", "lab", str(row.id))}


@plant
async def an_open_order_was_asked_for_after_the_end(centre: Damaged) -> set[Found]:
    late = {"state": "requested", "closed_at": None, "requested_at": NOW + YEARS}
    row = await change_first(centre, "lab", ORDER, **late)
    return {("open_obligation", "lab", str(row.id))}


@plant
async def an_order_was_done_after_the_end(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "lab", ORDER, closed_at=NOW + YEARS)
    return {("open_obligation", "lab", str(row.id))}


@plant
async def a_prescription_is_on_the_counter(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "pharmacy", RX, state="prepared", closed_at=None)
    return {("open_obligation", "pharmacy", str(row.id))}
