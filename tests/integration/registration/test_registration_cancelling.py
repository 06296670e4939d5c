"""What a unit takes back is owed no longer: it closes once, and the patient moves on."""

from uuid import uuid4

from contracts.registration import VisitCompletedV1
from tests.integration.registration.desk import (
    Desk,
    called,
    completed,
    dispensed,
    lab_requested,
    order_cancelled,
    order_rejected,
    prescribed,
    released,
    rx_cancelled,
    rx_rejected,
)
from tests.integration.registration.test_registration_journey import now, opened, places


async def owed(desk: Desk, visit: object, kind: str) -> list[str]:
    record = await now(desk, visit)
    return [item["state"] for item in record["obligations"] if item["kind"] == kind]


async def test_the_patient_comes_back_from_a_laboratory_that_is_not_needed(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(called(visit), lab_requested(visit, order), order_cancelled(visit, order))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("anak", "waiting")
    assert await owed(desk, visit, "lab_order") == ["cancelled"]


async def test_with_another_order_open_the_patient_stays_in_the_laboratory(desk: Desk) -> None:
    visit, one, two = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), lab_requested(visit, one), lab_requested(visit, two))
    await desk.receive(order_cancelled(visit, one))
    assert (await now(desk, visit))["unit"] == "lab"


async def test_what_crossed_the_cancellation_moves_nobody_and_closes_nothing_again(
    desk: Desk,
) -> None:
    visit, one, two = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), lab_requested(visit, one), order_cancelled(visit, one))
    await desk.receive(called(visit), lab_requested(visit, two), order_cancelled(visit, two))
    way = await places(desk)
    await desk.receive(order_rejected(visit, one), released(visit, two))
    assert await places(desk) == way
    assert await owed(desk, visit, "lab_order") == ["cancelled", "cancelled"]


async def test_without_its_prescription_a_cared_for_patient_goes_home(desk: Desk) -> None:
    visit, rx = await opened(desk), uuid4()
    await desk.receive(called(visit), prescribed(visit, rx), completed(visit, rx))
    assert (await now(desk, visit))["unit"] == "apotik"
    await desk.receive(rx_cancelled(visit, rx), dispensed(visit, rx))
    assert (await now(desk, visit))["state"] == "completed"
    assert len(await desk.published_of(VisitCompletedV1)) == 1


async def test_a_rejection_of_what_was_taken_back_does_not_open_the_encounter_again(
    desk: Desk,
) -> None:
    visit, rx, other = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), prescribed(visit, rx), prescribed(visit, other))
    await desk.receive(completed(visit, rx, other), rx_cancelled(visit, rx), rx_rejected(visit, rx))
    assert (await now(desk, visit))["unit"] == "apotik"
    assert await owed(desk, visit, "encounter") == ["done"]
    await desk.receive(dispensed(visit, other))
    assert (await now(desk, visit))["state"] == "completed"


async def test_a_room_that_ends_without_having_seen_the_rejection_gets_the_patient_back(
    desk: Desk,
) -> None:
    visit, rx = await opened(desk), uuid4()
    await desk.receive(called(visit), prescribed(visit, rx), rx_rejected(visit, rx))
    await desk.receive(completed(visit, rx))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("anak", "waiting")
    assert [seq for seq, _, _ in await places(desk)] == [1, 2]
    await desk.receive(called(visit), rx_cancelled(visit, rx), completed(visit))
    assert (await now(desk, visit))["state"] == "completed"
