"""Patients in no place, in two, or in another than everybody thinks."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.registration import models as registration
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged, Found, new_id
from tests.integration.deploy.plants.base import (
    ENTRY,
    VISIT,
    YEARS,
    last_place,
    plant,
    plant_on_both,
    routed,
)


@plant_on_both
async def the_rooms_see_a_patient_elsewhere(centre: Damaged) -> set[Found]:
    entry = await centre.one("clinical", sa.select(ENTRY))
    moved = sa.update(ENTRY).where(ENTRY.c.id == entry.id).values(unit="kia")
    await centre.run("clinical", moved)
    return {("place", "clinical", str(entry.id))}


@plant
async def the_rooms_see_a_patient_whose_visit_has_ended(centre: Damaged) -> set[Found]:
    entry = await centre.one("clinical", sa.select(ENTRY))
    waiting = sa.update(ENTRY).where(ENTRY.c.id == entry.id).values(state="waiting")
    await centre.run("clinical", waiting)
    return {("place", "clinical", str(entry.id))}


@plant
async def the_rooms_do_not_know_a_visit(centre: Damaged) -> set[Found]:
    entry = await centre.one("clinical", sa.select(ENTRY))
    await centre.run("clinical", sa.delete(ENTRY).where(ENTRY.c.id == entry.id))
    return {("place", "clinical", str(entry.id))}


@plant
async def the_rooms_know_a_visit_that_registration_does_not(centre: Damaged) -> set[Found]:
    row = await centre.add("clinical", ENTRY, unit="anak", state="waiting")
    return {("place", "clinical", str(row["id"]))}


@plant
async def the_rooms_see_another_patient(centre: Damaged) -> set[Found]:
    entry = await centre.one("clinical", sa.select(ENTRY))
    other = sa.update(ENTRY).where(ENTRY.c.id == entry.id).values(patient_id=new_id())
    await centre.run("clinical", other)
    return {("place", "clinical", str(entry.id))}


@plant_on_both
async def a_place_is_wrong_and_a_message_was_given_up_long_ago(centre: Damaged) -> set[Found]:
    message = await routed(centre)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "discarded", resolved_at=NOW - YEARS)
    await centre.run("clinical", elsewhere(message))
    return {("place", "clinical", message.partitionkey)}


@plant
async def a_place_is_wrong_beyond_what_a_held_message_explains(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "parked")
    await centre.run("clinical", elsewhere(message))
    return {("place", "clinical", message.partitionkey)}


def elsewhere(message: Any) -> sa.Update:
    mine = ENTRY.c.id == UUID(message.partitionkey)
    return sa.update(ENTRY).where(mine).values(unit="kia", state="waiting")


@plant
async def a_visit_is_over_without_an_end(centre: Damaged) -> set[Found]:
    visit = await centre.one("registration", sa.select(VISIT))
    without = sa.update(VISIT).where(VISIT.c.id == visit.id).values(closed_at=None)
    await centre.run("registration", without)
    return {("place", "registration", str(visit.id))}


@plant
async def a_visit_is_not_where_its_newest_route_leads(centre: Damaged) -> set[Found]:
    visit = await centre.one("registration", sa.select(VISIT))
    mine = registration.route.c.visit_id == visit.id
    moved = sa.update(registration.route).where(mine).values(to_unit="kia")
    await centre.run("registration", moved)
    return {("place", "registration", str(visit.id))}


@plant
async def a_route_is_gone(centre: Damaged) -> set[Found]:
    route = registration.route
    second = await centre.one("registration", sa.select(route).where(route.c.route_seq == 2))
    mine = (route.c.visit_id == second.visit_id) & (route.c.route_seq == 1)
    await centre.run("registration", sa.delete(route).where(mine))
    return {("place", "registration", str(second.visit_id))}


@plant_on_both
async def a_patient_has_two_open_visits(centre: Damaged) -> set[Found]:
    await centre.loosen("registration", VISIT)
    visit = await centre.one("registration", sa.select(VISIT))
    again = {"patient_id": visit.patient_id, "closed_at": None, "state": "waiting"}
    await centre.run("registration", sa.update(VISIT).values(again))
    return {("two_places", "registration", str(visit.patient_id))}
