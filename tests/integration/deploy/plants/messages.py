"""Messages lost, doubled, invented or altered."""

import sqlalchemy as sa

from chassis.tables import inbox, outbox, stream
from contracts.registration import (
    QueueTicketIssuedV1,
    VisitOpenedV1,
)
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged, Found, new_id
from tests.integration.deploy.plants.base import last_place, plant, plant_on_both


@plant_on_both
async def all_events_of_a_key_are_gone(centre: Damaged) -> set[Found]:
    """Tickets have no consumer: only the counter still knows of them."""
    issued = sa.select(outbox.c.partitionkey).where(outbox.c.type == QueueTicketIssuedV1.type)
    (key,) = await centre.one("registration", issued)
    await centre.run("registration", sa.delete(outbox).where(outbox.c.partitionkey == key))
    return {("sequence_gap", "registration", key), ("untold", "registration", key)}


@plant
async def an_event_in_the_middle_is_gone(centre: Damaged) -> set[Found]:
    opened = sa.select(outbox).where(outbox.c.type == VisitOpenedV1.type)
    event = await centre.one("registration", opened)
    await centre.run("registration", sa.delete(outbox).where(outbox.c.seq == event.seq))
    return {("sequence_gap", "registration", event.partitionkey)}


@plant
async def a_counter_is_behind_its_events(centre: Damaged) -> set[Found]:
    counter = await centre.one("clinical", sa.select(stream).where(stream.c.last_sequence > 1))
    mine = stream.c.partitionkey == counter.partitionkey
    await centre.run("clinical", sa.update(stream).where(mine).values(last_sequence=1))
    return {("sequence_gap", "clinical", counter.partitionkey)}


@plant
async def a_counter_is_gone(centre: Damaged) -> set[Found]:
    (key,) = await centre.one("lab", sa.select(stream.c.partitionkey))
    await centre.run("lab", sa.delete(stream).where(stream.c.partitionkey == key))
    return {("sequence_gap", "lab", key)}


@plant_on_both
async def an_event_was_never_handled(centre: Damaged) -> set[Found]:
    message = await centre.one("pharmacy", sa.select(inbox))
    await centre.unhandle("pharmacy", message.event_id)
    return {("lost", "pharmacy", str(message.event_id))}


@plant_on_both
async def an_event_was_handled_twice(centre: Damaged) -> set[Found]:
    await centre.loosen("clinical", inbox)
    message = await centre.one("clinical", sa.select(inbox))
    twice = dict(message._mapping) | {"position": 10_000}
    await centre.run("clinical", sa.insert(inbox).values(twice))
    return {("duplicated", "clinical", str(message.event_id))}


@plant
async def a_handled_event_stands_parked_too(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    await centre.set_aside("clinical", message, "parked")
    return {("duplicated", "clinical", str(message.event_id))}


@plant
async def a_replayed_event_was_never_handled(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "replayed", resolved_at=NOW)
    return {("lost", "clinical", str(message.event_id))}


@plant_on_both
async def a_message_was_given_up_by_nobody(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    await centre.unhandle("clinical", message.event_id)
    await centre.set_aside("clinical", message, "discarded", resolved_at=NOW, decided=False)
    return {("undecided", "clinical", str(message.event_id))}


@plant_on_both
async def an_event_was_handled_under_another_number(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    mine = inbox.c.event_id == message.event_id
    await centre.run("clinical", sa.update(inbox).where(mine).values(sequence=99))
    return {("altered", "clinical", str(message.event_id))}


@plant
async def an_event_was_handled_that_nobody_sent(centre: Damaged) -> set[Found]:
    row = await centre.add(
        "lab", inbox, position=10_000, event_id=new_id(), source="clinical", partitionkey="a"
    )
    return {("unproduced", "lab", str(row["event_id"]))}


@plant
async def an_event_was_handled_by_a_service_it_is_not_for(centre: Damaged) -> set[Found]:
    message = await last_place(centre)
    row = dict(message._mapping) | {"position": 10_000}
    await centre.run("complaints", sa.insert(inbox).values(row))
    return {("unproduced", "complaints", str(message.event_id))}


@plant
async def an_event_came_from_a_stranger(centre: Damaged) -> set[Found]:
    row = await centre.add("lab", inbox, position=10_000, event_id=new_id(), source="cashier")
    return {("unproduced", "lab", str(row["event_id"]))}


@plant
async def an_event_never_left(centre: Damaged) -> set[Found]:
    event = await centre.one("lab", sa.select(outbox))
    mine = outbox.c.seq == event.seq
    await centre.run("lab", sa.update(outbox).where(mine).values(published_at=None))
    return {("unpublished", "lab", str(event.event_id))}


@plant
async def an_event_is_of_no_known_type(centre: Damaged) -> set[Found]:
    event = await centre.one("registration", sa.select(outbox))
    mine, other = outbox.c.seq == event.seq, {"type": "registration.patient.vanished.v1"}
    await centre.run("registration", sa.update(outbox).where(mine).values(other))
    return {("uncatalogued", "registration", str(event.event_id))}
