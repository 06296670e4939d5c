"""Deadlines that pass, on both databases: told once per stage, whoever looks how often."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from chassis.periodic import Periodic, run_once
from chassis.tables import outbox
from contracts.complaints import DeadlineBreachedV1
from services.complaints import app, use_cases
from tests.integration.complaints.desk import DETAILS, Desk
from tests.kit.waiting import eventually

LONG_AGO = (datetime.now(UTC) - timedelta(days=200)).isoformat()
LOOK = Periodic(use_cases.publish_breaches, 60)


async def look(desk: Desk) -> None:
    service = desk.house.service("complaints")
    await run_once(service, LOOK, service.profiles[desk.facility])


async def breaches(desk: Desk) -> list[dict[str, Any]]:
    told = sa.select(outbox.c.data).where(outbox.c.type == DeadlineBreachedV1.type)
    return [json.loads(row.data) for row in await desk.rows(told.order_by(outbox.c.seq))]


async def test_a_stage_beyond_its_deadline_is_told_once(desk: Desk) -> None:
    late = await desk.complain(received_at=LONG_AGO)
    await desk.complain()
    await look(desk)
    await look(desk)
    (told,) = await breaches(desk)
    assert (told["complaint_id"], told["stage"]) == (late["id"], "b")
    assert told["due_on"] == late["response_due"]
    assert told["days_over"] > 50


async def test_the_next_stage_is_told_of_again(desk: Desk) -> None:
    late = await desk.complain(received_at=LONG_AGO)
    await desk.walk(late["id"], until="clarification")
    await look(desk)
    await desk.walk(late["id"], until="remedy")
    await look(desk)
    assert [told["stage"] for told in await breaches(desk)] == ["d", "e"]


async def test_a_paused_clock_and_a_closed_complaint_breach_nothing(desk: Desk) -> None:
    asked = await desk.complain(received_at=LONG_AGO)
    await desk.step(asked["id"], "details", history=DETAILS["history"])
    closed = await desk.complain(received_at=LONG_AGO)
    await desk.walk(closed["id"])
    await look(desk)
    assert await breaches(desk) == []


async def test_workers_that_look_at_the_same_moment_tell_of_it_once(desk: Desk) -> None:
    for _ in range(5):
        await desk.complain(received_at=LONG_AGO)
    await asyncio.gather(*(look(desk) for _ in range(4)))
    told = await breaches(desk)
    assert len(told) == len({one["complaint_id"] for one in told}) == 5


async def test_nothing_of_the_complaint_itself_is_in_the_event(desk: Desk) -> None:
    await desk.complain(received_at=LONG_AGO)
    await look(desk)
    (told,) = await breaches(desk)
    assert told.keys() == {"complaint_id", "stage", "due_on", "days_over"}


async def test_the_worker_looks_by_itself(desk: Desk) -> None:
    await desk.complain(received_at=LONG_AGO)
    worker = app.create_worker(desk.house)
    await worker.subscribe()
    worker.run()
    try:
        await eventually(lambda: breaches(desk))
    finally:
        await worker.stop()
