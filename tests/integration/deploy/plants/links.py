"""Rows of one service that do not fit those of another."""

from uuid import UUID

import sqlalchemy as sa

from chassis.tables import inbox, outbox, stream
from contracts.clinical import LabRequestedV1
from contracts.registration import (
    PatientRegisteredV1,
)
from services.clinical import models as clinical
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.integration.deploy.damaged import Damaged, Found, new_id
from tests.integration.deploy.plants.base import (
    ENCOUNTER,
    ORDER,
    RX,
    Plant,
    change_first,
    last_place,
    plant,
    plant_on_both,
)


def _belongs_nowhere(service: str, table: sa.Table) -> Plant:
    async def function(centre: Damaged) -> set[Found]:
        row = await change_first(centre, service, table, visit_id=new_id())
        return {("stray", service, str(row.id))}

    function.__name__ = f"{service}_{table.name}_of_a_visit_nobody_knows"
    return plant(function)


for _service, _table in (
    ("lab", ORDER),
    ("pharmacy", RX),
    ("clinical", clinical.lab_request),
    ("clinical", clinical.prescription),
    ("clinical", ENCOUNTER),
    ("clinical", clinical.assessment),
    ("clinical", clinical.lab_result),
):
    _belongs_nowhere(_service, _table)


@plant_on_both
async def an_order_is_of_another_patient_than_its_visit(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "lab", ORDER, patient_id=new_id())
    return {("stray", "lab", str(row.id))}


@plant
async def a_prescription_is_of_another_centre_than_its_visit(centre: Damaged) -> set[Found]:
    row = await change_first(centre, "pharmacy", RX, facility="tarik2", number=1000)
    return {("stray", "pharmacy", str(row.id))}


@plant_on_both
async def a_request_was_handled_but_its_order_is_gone(centre: Damaged) -> set[Found]:
    row = await centre.one("lab", sa.select(ORDER))
    parts = (lab.lab_result.c.order_id, lab.specimen.c.order_id, ORDER.c.id)
    await centre.run("lab", *(sa.delete(part.table).where(part == row.id) for part in parts))
    return {("no_effect", "lab", str(row.id))}


@plant
async def a_prescription_was_handled_but_is_gone(centre: Damaged) -> set[Found]:
    row = await centre.one("pharmacy", sa.select(RX))
    moved = pharmacy.stock_movement
    await centre.run(
        "pharmacy",
        sa.delete(moved).where(moved.c.prescription_id == row.id),
        sa.delete(RX).where(RX.c.id == row.id),
    )
    return {("no_effect", "pharmacy", str(row.id))}


@plant
async def an_obligation_is_gone(centre: Damaged) -> set[Found]:
    owed = registration.obligation
    row = await centre.one("registration", sa.select(owed).where(owed.c.kind == "lab_order"))
    await centre.run("registration", sa.delete(owed).where(owed.c.ref_id == row.ref_id))
    return {("no_effect", "registration", str(row.ref_id))}


@plant
async def the_obligation_of_an_encounter_is_gone(centre: Damaged) -> set[Found]:
    owed = registration.obligation
    row = await centre.one("registration", sa.select(owed).where(owed.c.kind == "encounter"))
    await centre.run("registration", sa.delete(owed).where(owed.c.ref_id == row.ref_id))
    return {("no_origin", "registration", str(row.visit_id))}


@plant
async def a_result_was_handled_but_is_gone(centre: Damaged) -> set[Found]:
    row = await centre.one("clinical", sa.select(clinical.lab_result))
    mine = clinical.lab_result.c.order_id == row.order_id
    await centre.run("clinical", sa.delete(clinical.lab_result).where(mine))
    return {("no_effect", "clinical", str(row.order_id))}


@plant
async def the_laboratory_has_forgotten_a_patient(centre: Damaged) -> set[Found]:
    known = sa.select(inbox.c.partitionkey).where(inbox.c.type == PatientRegisteredV1.type)
    (key,) = await centre.one("lab", known)
    await centre.run("lab", sa.delete(lab.patient).where(lab.patient.c.id == UUID(key)))
    return {("no_effect", "lab", key)}


@plant_on_both
async def an_order_that_nobody_asked_for(centre: Damaged) -> set[Found]:
    asked = clinical.lab_request
    row = await centre.one("clinical", sa.select(asked))
    await centre.run("clinical", sa.delete(asked).where(asked.c.id == row.id))
    return {("no_origin", "lab", str(row.id)), ("no_origin", "registration", str(row.id))}


@plant_on_both
async def an_event_is_gone_everywhere(centre: Damaged) -> set[Found]:
    """From the outbox, its counter and the inbox of its only consumer: the visit still ended."""
    message = await last_place(centre)
    key = message.partitionkey
    await centre.unhandle("clinical", message.event_id)
    await centre.run(
        "registration",
        sa.delete(outbox).where(outbox.c.event_id == message.event_id),
        sa.update(stream)
        .where(stream.c.partitionkey == key)
        .values(last_sequence=message.sequence - 1),
    )
    return {("untold", "registration", key)}


@plant
async def a_request_was_never_told(centre: Damaged) -> set[Found]:
    asked = sa.select(outbox).where(outbox.c.type == LabRequestedV1.type)
    event = await centre.one("clinical", asked)
    other = {"type": "clinical.identity.verified.v1"}
    mine = outbox.c.seq == event.seq
    await centre.run("clinical", sa.update(outbox).where(mine).values(other))
    return {("untold", "clinical", event.partitionkey)}
