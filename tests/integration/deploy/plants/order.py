"""Messages of one key out of their order."""

from datetime import timedelta

import sqlalchemy as sa

from chassis.tables import audit, inbox, outbox
from contracts.registration import (
    VisitOpenedV1,
)
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged, Found
from tests.integration.deploy.plants.base import (
    YEARS,
    last_position,
    plant,
    plant_on_both,
    routed,
)


@plant_on_both
async def a_parked_message_was_passed_by_later_ones(centre: Damaged) -> set[Found]:
    message = await routed(centre)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "parked")
    return {("overtaken", "clinical", str(message.event_id))}


@plant_on_both
async def a_message_was_given_up_after_later_ones_had_passed(centre: Damaged) -> set[Found]:
    message = await routed(centre)
    await centre.unhandle("clinical", message.event_id)
    given_up = message.handled_at + timedelta(hours=1)
    await centre.set_aside("clinical", message, "discarded", resolved_at=given_up)
    return {("overtaken", "clinical", str(message.event_id))}


@plant
async def a_message_was_replayed_after_later_ones(centre: Damaged) -> set[Found]:
    message = await routed(centre)
    behind = await last_position(centre, "clinical") + 1
    moved = sa.update(inbox).where(inbox.c.event_id == message.event_id)
    await centre.run("clinical", moved.values(position=behind))
    await centre.set_aside("clinical", message, "replayed", resolved_at=NOW)
    return {("overtaken", "clinical", str(message.event_id))}


@plant_on_both
async def a_message_was_handled_after_later_ones(centre: Damaged) -> set[Found]:
    message = await routed(centre)
    behind = await last_position(centre, "clinical") + 1
    moved = sa.update(inbox).where(inbox.c.event_id == message.event_id)
    await centre.run("clinical", moved.values(position=behind))
    return {("overtaken", "clinical", str(message.event_id))}


@plant_on_both
async def a_message_was_sent_again_before_it_was_passed(centre: Damaged) -> set[Found]:
    """What was sent again excuses only what had passed by then."""
    message = await routed(centre)
    behind = await last_position(centre, "clinical") + 1
    moved = sa.update(inbox).where(inbox.c.event_id == message.event_id)
    late = message.handled_at + YEARS
    await centre.run("clinical", moved.values(position=behind, handled_at=late))
    await centre.add(
        "registration", audit, id=10_000, at=message.handled_at - YEARS,
        action="message.resent", subject=str(message.event_id),
    )  # fmt: skip
    return {("overtaken", "clinical", str(message.event_id))}


@plant
async def an_event_left_after_a_later_one_of_its_key(centre: Damaged) -> set[Found]:
    opened = sa.select(outbox).where(outbox.c.type == VisitOpenedV1.type)
    first = await centre.one("registration", opened)
    moved = sa.update(outbox).where(outbox.c.seq == first.seq).values(seq=10_000)
    await centre.run("registration", moved)
    return {("overtaken", "registration", str(first.event_id))}
