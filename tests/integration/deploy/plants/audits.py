"""Audit logs that were changed, or are not sealed."""

import sqlalchemy as sa

from chassis.tables import audit
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged, Found
from tests.integration.deploy.plants.base import YEARS, plant, plant_on_both


@plant_on_both
async def an_audit_entry_was_changed(centre: Damaged) -> set[Found]:
    changed = sa.update(audit).where(audit.c.position == 3).values(actor="somebody else")
    await centre.run("registration", changed)
    return {("audit_chain", "registration", "3")}


@plant
async def the_first_audit_entries_are_gone(centre: Damaged) -> set[Found]:
    await centre.run("registration", sa.delete(audit).where(audit.c.position <= 3))
    return {("audit_chain", "registration", "4")}


@plant
async def an_audit_entry_was_taken_out_of_the_chain(centre: Damaged) -> set[Found]:
    out = {"position": None, "hash": None, "actor": "somebody else"}
    taken = sa.update(audit).where(audit.c.position == 5).values(out)
    await centre.run("registration", taken)
    return {("audit_chain", "registration", "6")}


@plant_on_both
async def the_whole_audit_log_is_unsealed(centre: Damaged) -> set[Found]:
    then = {"position": None, "hash": None, "at": NOW - YEARS}
    await centre.run("registration", sa.update(audit).values(then))
    ids = await centre.rows("registration", sa.select(audit.c.id).order_by(audit.c.id))
    return {("audit_unsealed", "registration", f"{ids[0].id} to {ids[-1].id}")}


@plant
async def an_audit_entry_was_added_in_the_past(centre: Damaged) -> set[Found]:
    await centre.add("registration", audit, id=10_000, at=NOW - YEARS)
    return {("audit_unsealed", "registration", "10000")}
