"""The checker finds every planted fault, and nothing where nothing is wrong."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis.tables import audit, inbox
from contracts.lab import ResultReleasedV1
from services.clinical import models as clinical
from services.lab import models as lab
from services.registration import models as registration
from tests.bench.fill import NOW
from tests.integration.deploy.damaged import Damaged
from tests.integration.deploy.plants import ON_BOTH, PLANTS, Plant
from tests.integration.deploy.plants.base import (
    ENTRY,
    YEARS,
    change_first,
    last_place,
    routed,
)


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
async def test_a_planted_fault_is_found(damaged: Damaged, plant: Plant) -> None:
    expected = await plant(damaged)

    assert expected <= await damaged.found()


@pytest.mark.mode("distributed")
@pytest.mark.parametrize("plant", ON_BOTH.values(), ids=ON_BOTH)
async def test_a_planted_fault_is_found_on_postgresql(damaged: Damaged, plant: Plant) -> None:
    expected = await plant(damaged)

    assert expected <= await damaged.found()


async def test_a_whole_centre_has_no_violation(damaged: Damaged) -> None:
    report = await damaged.check()

    assert report.violations == []
    assert (report.opened, report.completed) == (6, 6)
    assert report.handled == report.expected > 0


@pytest.mark.mode("embedded")
async def test_an_order_that_registration_filed_after_the_end_may_be_open(damaged: Damaged) -> None:
    order = await change_first(damaged, "lab", lab.lab_order, state="accepted", closed_at=None)
    owed = registration.obligation
    filed = sa.update(owed).where(owed.c.ref_id == order.id).values(state="filed")
    await damaged.run("registration", filed)

    assert await damaged.found() == set()


@pytest.mark.mode("embedded")
async def test_an_order_may_be_open_while_its_result_is_corrected(damaged: Damaged) -> None:
    again = {"state": "in_analysis", "closed_at": None, "result_version": 2}
    await change_first(damaged, "lab", lab.lab_order, **again)

    assert await damaged.found() == set()


async def still_there(centre: Damaged, message: Any) -> None:
    """The rooms have not heard of the end."""
    mine = ENTRY.c.id == UUID(message.partitionkey)
    await centre.run("clinical", sa.update(ENTRY).where(mine).values(state="done"))


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("state", ["parked", "discarded"])
async def test_a_place_that_a_message_aside_explains_is_only_listed(
    damaged: Damaged, state: str
) -> None:
    message = await last_place(damaged)
    await damaged.unhandle("clinical", message.event_id)
    await damaged.set_aside("clinical", message, state)
    await still_there(damaged, message)

    report = await damaged.check()

    assert report.violations == []
    assert [(m.event_id, m.state) for m in report.parked] == [(str(message.event_id), state)]


@pytest.mark.mode("embedded")
async def test_those_behind_a_message_that_was_given_up_have_not_passed_it(
    damaged: Damaged,
) -> None:
    message = await routed(damaged)
    await damaged.unhandle("clinical", message.event_id)
    await damaged.set_aside("clinical", message, "discarded", resolved_at=NOW - YEARS)

    assert await damaged.found() == set()


@pytest.mark.mode("embedded")
async def test_a_request_whose_answer_stands_aside_is_only_listed(damaged: Damaged) -> None:
    waiting = {"state": "in_progress", "result_version": 0, "read_version": 0}
    request = await change_first(damaged, "clinical", clinical.lab_request, **waiting)
    mine = (inbox.c.type == ResultReleasedV1.type) & (inbox.c.partitionkey == str(request.id))
    message = await damaged.one("clinical", sa.select(inbox).where(mine))
    await damaged.unhandle("clinical", message.event_id)
    await damaged.set_aside("clinical", message, "parked")

    assert await damaged.found() == set()


@pytest.mark.mode("embedded")
async def test_an_audit_entry_of_just_now_may_wait_for_the_sealer(damaged: Damaged) -> None:
    await damaged.add("registration", audit, id=10_000, at=datetime.now(UTC))

    assert await damaged.found() == set()


@pytest.mark.mode("embedded")
async def test_a_message_sent_again_may_come_after_those_that_passed_it(damaged: Damaged) -> None:
    message = await routed(damaged)
    moved = sa.update(inbox).where(inbox.c.event_id == message.event_id)
    later = message.handled_at + YEARS
    await damaged.run("clinical", moved.values(position=10_000, handled_at=later))
    await damaged.add(
        "registration", audit, id=10_000, at=later, action="message.resent",
        subject=str(message.event_id), position=None,
    )  # fmt: skip

    report = await damaged.check()

    assert report.violations == []
    assert [(m.service, m.event_id) for m in report.late] == [("clinical", str(message.event_id))]
