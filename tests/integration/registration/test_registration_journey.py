"""What other rooms' events do to a visit, on both databases: one place, rising route_seq."""

from typing import Any
from uuid import uuid4

from contracts.registration import (
    PatientRoutedV1,
    QueueTicketCalledV1,
    RouteReason,
    VisitCompletedV1,
)
from contracts.values import PriorityClass
from tests.integration.registration.desk import (
    Desk,
    called,
    completed,
    dispensed,
    lab_requested,
    order_rejected,
    prescribed,
    released,
    rx_rejected,
    visit_of,
)
from tests.kit.rooms import good


async def places(desk: Desk) -> list[tuple[int, str, RouteReason]]:
    events = await desk.published_of(PatientRoutedV1)
    return [(event.route_seq, event.to_unit, event.reason) for event in events]


async def now(desk: Desk, visit: Any) -> Any:
    async with desk.person() as clerk:
        return good(await clerk.get(f"/api/visits/{visit['id']}"))


async def opened(desk: Desk) -> Any:
    async with desk.person() as clerk:
        return await visit_of(clerk)


async def test_the_whole_way_through_laboratory_and_pharmacy(desk: Desk) -> None:
    visit, order, rx = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), lab_requested(visit, order))
    assert (await now(desk, visit))["unit"] == "lab"
    await desk.receive(released(visit, order))
    await desk.receive(called(visit), prescribed(visit, rx), completed(visit))
    assert (await now(desk, visit))["unit"] == "apotik"
    await desk.receive(dispensed(visit, rx))
    assert await places(desk) == [
        (1, "anak", RouteReason.REGISTRATION),
        (2, "lab", RouteReason.LAB_REQUEST),
        (3, "anak", RouteReason.INTERNAL_REFERRAL),
        (4, "apotik", RouteReason.PRESCRIPTION),
    ]
    record = await now(desk, visit)
    assert record["state"] == "completed"
    assert {item["state"] for item in record["obligations"]} == {"done"}
    assert len(await desk.published_of(VisitCompletedV1)) == 1


async def test_a_call_shows_number_and_room_and_starts_the_service(desk: Desk) -> None:
    visit = await opened(desk)
    await desk.receive(called(visit))
    assert (await now(desk, visit))["state"] == "in_service"
    event = (await desk.published_of(QueueTicketCalledV1))[-1]
    assert (event.ticket_no, event.unit) == (visit["ticket_no"], "anak")
    async with desk.person("display") as display:
        shown = good(await display.get("/api/display"))
    assert shown[0]["ticket_no"] == visit["ticket_no"]
    assert "Aisyah" not in str(shown)


async def test_a_returned_patient_has_internal_referral_priority(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(called(visit), lab_requested(visit, order), released(visit, order))
    back = (await desk.published_of(PatientRoutedV1))[-1]
    assert (back.to_unit, back.priority_class) == ("anak", PriorityClass.INTERNAL_REFERRAL)
    assert (await now(desk, visit))["priority_class"] == "internal_referral"


async def test_a_result_goes_back_to_the_unit_that_asked(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(lab_requested(visit, order, "kia"), released(visit, order, origin="kia"))
    assert (await now(desk, visit))["unit"] == "kia"


async def test_with_two_orders_the_patient_returns_with_the_last_result(desk: Desk) -> None:
    visit, one, two = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), lab_requested(visit, one), lab_requested(visit, two))
    await desk.receive(released(visit, one))
    assert (await now(desk, visit))["unit"] == "lab"
    await desk.receive(released(visit, two))
    assert (await now(desk, visit))["unit"] == "anak"
    assert [seq for seq, _, _ in await places(desk)] == [1, 2, 3]


async def test_a_rejected_order_brings_the_patient_back(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(called(visit), lab_requested(visit, order), order_rejected(visit, order))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("anak", "waiting")


async def test_a_rejected_prescription_brings_the_patient_back_and_the_visit_stays_open(
    desk: Desk,
) -> None:
    visit, rx, second = await opened(desk), uuid4(), uuid4()
    await desk.receive(called(visit), prescribed(visit, rx), completed(visit))
    await desk.receive(rx_rejected(visit, rx))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("anak", "waiting")
    await desk.receive(called(visit), prescribed(visit, second), completed(visit))
    await desk.receive(dispensed(visit, second))
    assert (await now(desk, visit))["state"] == "completed"


async def test_a_visit_without_requests_ends_with_the_encounter(desk: Desk) -> None:
    visit = await opened(desk)
    await desk.receive(called(visit), completed(visit))
    assert (await now(desk, visit))["state"] == "completed"
    async with desk.person() as clerk:
        ticket = good(await clerk.get(f"/api/tickets/{visit['ticket_id']}"))
    assert ticket["state"] == "done"


async def test_the_same_event_twice_moves_once(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    bodies = await desk.receive(called(visit), lab_requested(visit, order))
    await desk.deliver(bodies)
    assert len(await places(desk)) == 2


async def test_a_corrected_result_moves_nobody(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(called(visit), lab_requested(visit, order), released(visit, order))
    await desk.receive(called(visit), released(visit, order, version=2))
    record = await now(desk, visit)
    assert (record["unit"], record["state"], record["route_seq"]) == ("anak", "in_service", 3)


async def test_a_result_that_overtook_its_request_sends_nobody_away(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(called(visit), released(visit, order))
    await desk.receive(lab_requested(visit, order))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("anak", "in_service")


async def test_a_call_from_a_room_the_patient_has_left_changes_nothing(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    await desk.receive(lab_requested(visit, order), called(visit))
    record = await now(desk, visit)
    assert (record["unit"], record["state"]) == ("lab", "away")
    assert len(await desk.audited("visit.late_event")) == 1
    assert await desk.parked() == []


async def test_a_result_for_a_cancelled_visit_is_filed_and_queues_nobody(desk: Desk) -> None:
    visit, order = await opened(desk), uuid4()
    async with desk.person() as clerk:
        path = f"/api/visits/{visit['id']}/cancel"
        good(await clerk.post(path, json={"reason": "pulang dahulu"}))
    await desk.receive(lab_requested(visit, order), released(visit, order))
    record = await now(desk, visit)
    assert {item["kind"]: item["state"] for item in record["obligations"]}["lab_order"] == "filed"
    assert record["state"] == "cancelled"
    assert len(await places(desk)) == 1


async def test_an_event_of_an_unknown_visit_or_another_centre_is_parked(desk: Desk) -> None:
    visit = await opened(desk)
    await desk.receive(called({"id": uuid4()}))
    await desk.receive(called(visit), facility="tarik2")
    assert [row.code for row in await desk.parked()] == ["not_found", "not_found"]
    assert (await now(desk, visit))["state"] == "waiting"


async def test_a_bad_event_holds_up_nobody_else(desk: Desk) -> None:
    visit = await opened(desk)
    await desk.receive(called({"id": uuid4()}), called(visit))
    assert (await now(desk, visit))["state"] == "in_service"
    assert len(await desk.parked()) == 1
