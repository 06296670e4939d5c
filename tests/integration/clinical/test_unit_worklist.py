"""Who stands on a unit's list, in which order, and who is called."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from contracts.clinical import PatientCalledV1
from contracts.registration import PatientRoutedV1, RouteReason, VisitCancelledV1
from contracts.values import PriorityClass
from services.clinical.domain.queue import RANK_BEHIND, Place, calling_order
from services.clinical.models import worklist_entry
from tests.integration.clinical.rooms import Rooms, call
from tests.kit.samples import left, registered, routed, updated


async def listed(client: httpx.AsyncClient, unit: str = "anak", **query: str) -> list[str]:
    answer = await client.get("/api/worklist", params={"unit": unit} | query)
    assert answer.status_code == 200, answer.text
    return [line["ticket_no"] for line in answer.json()]


async def test_a_routed_patient_stands_on_the_list_with_name_and_number(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        (line,) = (await sari.get("/api/worklist", params={"unit": "anak"})).json()
    assert (line["full_name"], line["ticket_no"], line["state"]) == (
        "Aisyah Nuraini",
        "A-001",
        "waiting",
    )


async def test_the_same_route_delivered_twice_is_one_entry(rooms: Rooms) -> None:
    patient = registered()
    bodies = await rooms.receive(patient, routed(patient_id=patient.patient_id))
    await rooms.deliver(bodies)
    async with rooms.person() as sari:
        assert await listed(sari) == ["A-001"]


async def test_a_late_route_never_overwrites_a_newer_one(rooms: Rooms) -> None:
    first = routed(to_unit="anak")
    newer = first.model_copy(update={"route_seq": 3, "to_unit": "kia"})
    late = first.model_copy(update={"route_seq": 2, "to_unit": "umum"})
    await rooms.receive(first)
    await rooms.receive(newer)
    await rooms.receive(late)
    async with rooms.person(unit="*") as sari:
        assert await listed(sari, "kia") == ["A-001"]
        assert await listed(sari, "umum") == []
        assert await listed(sari, "anak") == []


async def test_a_patient_sent_elsewhere_leaves_the_list(rooms: Rooms) -> None:
    visit = routed()
    await rooms.receive(visit)
    gone = {"route_seq": 2, "to_unit": "lab", "reason": RouteReason.LAB_REQUEST}
    await rooms.receive(visit.model_copy(update=gone))
    async with rooms.person() as sari:
        assert await listed(sari) == []
        record = (await sari.get(f"/api/encounters/{visit.visit_id}")).status_code
    assert record == 403  # never called here: the room has no part in it yet


async def test_the_list_is_in_the_calling_order(rooms: Rooms) -> None:
    classes = ["regular", "regular", "elderly", "disability", "internal_referral", "emergency"]
    for name in classes:
        await rooms.arrive(priority_class=PriorityClass(name))
    async with rooms.person() as sari:
        order = await listed(sari)
        called = [await call(sari) for _ in order]
        assert await listed(sari) == []
    assert order == ["A-006", "A-003", "A-004", "A-005", "A-001", "A-002"]
    assert len({*called}) == len(classes)


async def test_the_query_orders_exactly_as_the_rule(rooms: Rooms) -> None:
    random = Random(20240501)
    moments = [datetime.now(UTC) - timedelta(seconds=n) for n in range(4)]
    entries = [
        {
            **route_values(routed(number=random.randint(1, 8))),
            "rank": random.randint(0, RANK_BEHIND),
            "routed_at": random.choice(moments),
        }
        for _ in range(80)
    ]
    async with rooms.service.database.writing() as connection:
        await connection.execute(sa.insert(worklist_entry), entries)
    ruled = calling_order(
        Place(entry["rank"], entry["number"], entry["routed_at"], entry["id"]) for entry in entries
    )
    async with rooms.person() as sari:
        called = [await call(sari) for _ in entries]
    assert called == [place.visit_id for place in ruled]


def route_values(event: PatientRoutedV1) -> dict[str, Any]:
    """A row of the worklist as the handler would write it."""
    now = datetime.now(UTC)
    return {
        "id": event.visit_id,
        "facility": Rooms.facility,
        "patient_id": event.patient_id,
        "unit": event.to_unit,
        "state": "waiting",
        "route_seq": 1,
        "reason": event.reason.value,
        "priority_class": event.priority_class.value,
        "number": event.number,
        "ticket_no": event.ticket_no,
        "attempt": 0,
        "missed": 0,
        "first_routed_at": now,
        "version": 1,
    }


async def test_rooms_that_call_at_once_never_get_the_same_patient(rooms: Rooms) -> None:
    for _ in range(6):
        await rooms.arrive()
    async with rooms.person() as one, rooms.person(staff_id="dr.ayu", role="doctor") as two:
        called = await asyncio.gather(*(call(one if n % 2 else two) for n in range(6)))
        empty = await one.post("/api/worklist/call-next", json={"unit": "anak"})
    assert len({*called}) == 6
    assert (empty.status_code, empty.json()["code"]) == (404, "queue_empty")


async def test_a_call_is_published_with_the_room_of_the_profile(rooms: Rooms) -> None:
    visit_id = await rooms.arrive()
    async with rooms.person() as sari:
        assert await call(sari) == visit_id
    (event,) = await rooms.published()
    assert event == PatientCalledV1(
        visit_id=visit_id, unit="anak", room="Ruang Pemeriksaan Anak", attempt=1
    )


async def test_who_does_not_come_is_called_again_then_goes_behind_once(rooms: Rooms) -> None:
    first = await rooms.arrive()
    await rooms.arrive()
    async with rooms.person() as sari:
        await call(sari)
        early = await sari.post(f"/api/visits/{first}/missed", json={})
        for _ in range(2):
            assert (await sari.post(f"/api/visits/{first}/recall", json={})).status_code == 200
        fourth = await sari.post(f"/api/visits/{first}/recall", json={})
        assert (await sari.post(f"/api/visits/{first}/missed", json={})).status_code == 200
        assert await listed(sari) == ["A-002", "A-001"]
    assert (early.status_code, early.json()["code"]) == (409, "call_again_first")
    assert (fourth.status_code, fourth.json()["code"]) == (409, "max_calls_reached")


async def test_the_second_time_a_missed_patient_waits_outside_the_order(rooms: Rooms) -> None:
    visit_id = await rooms.arrive()
    async with rooms.person() as sari:
        for _ in range(2):
            await call(sari)
            for _ in range(2):
                await sari.post(f"/api/visits/{visit_id}/recall", json={})
            assert (await sari.post(f"/api/visits/{visit_id}/missed", json={})).status_code == 200
        assert await listed(sari) == []
        assert await listed(sari, state="absent") == ["A-001"]
        again = await sari.post(f"/api/visits/{visit_id}/recall", json={})
    assert again.json()["state"] == "called"


async def test_a_cancelled_visit_leaves_the_list_and_a_late_route_does_not_reopen_it(
    rooms: Rooms,
) -> None:
    visit = routed()
    await rooms.receive(visit)
    await rooms.receive(
        VisitCancelledV1(visit_id=visit.visit_id, patient_id=visit.patient_id, reason="pulang")
    )
    await rooms.receive(visit.model_copy(update={"route_seq": 9}))
    async with rooms.person() as sari:
        assert await listed(sari) == []


@pytest.mark.parametrize("end", ["cancelled", "left"])
async def test_a_visit_that_ended_before_its_first_route_came_is_not_on_the_list(
    rooms: Rooms, end: str
) -> None:
    visit = routed()
    who = {"visit_id": visit.visit_id, "patient_id": visit.patient_id}
    over = VisitCancelledV1(**who, reason="pulang") if end == "cancelled" else left(**who)
    await rooms.receive(over)
    await rooms.receive(visit)
    async with rooms.person() as sari:
        assert await listed(sari) == []
        step = await sari.post(f"/api/visits/{visit.visit_id}/recall", json={})
    assert (step.status_code, step.json()["code"]) == (409, "illegal_transition")


async def test_a_patient_who_went_home_leaves_the_list_and_the_record_closes(
    rooms: Rooms,
) -> None:
    visit = routed()
    await rooms.receive(visit)
    async with rooms.person() as sari:
        await call(sari)
        await rooms.receive(left(visit.visit_id))
        assert await listed(sari) == []
        record = await sari.get(f"/api/encounters/{visit.visit_id}")
    assert record.status_code == 403


async def test_a_patient_whose_visit_is_over_cannot_be_called(rooms: Rooms) -> None:
    visit = routed()
    await rooms.receive(visit)
    await rooms.receive(
        VisitCancelledV1(visit_id=visit.visit_id, patient_id=visit.patient_id, reason="pulang")
    )
    async with rooms.person() as sari:
        for step in ("recall", "missed"):
            answer = await sari.post(f"/api/visits/{visit.visit_id}/{step}", json={})
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


async def test_a_room_sees_only_its_own_unit_and_centre(rooms: Rooms) -> None:
    visit_id = await rooms.arrive("kia")
    async with rooms.person() as anak, rooms.person(unit="*", facility="tarik2") as other:
        unit = await anak.get("/api/worklist", params={"unit": "kia"})
        record = await anak.get(f"/api/encounters/{visit_id}")
        foreign = await other.get(f"/api/encounters/{visit_id}")
        nowhere = await anak.get("/api/worklist", params={"unit": "lab"})
    assert (unit.status_code, unit.json()["code"]) == (403, "unit_forbidden")
    assert record.status_code == 403
    assert foreign.status_code == 404
    assert nowhere.status_code == 404


async def test_a_clerk_has_no_business_here(rooms: Rooms) -> None:
    async with rooms.person(role="clerk") as desk:
        assert (await desk.get("/api/worklist", params={"unit": "anak"})).status_code == 403


async def test_a_name_that_comes_after_the_route_is_shown(rooms: Rooms) -> None:
    patient = registered()
    route = routed(patient_id=patient.patient_id)
    await rooms.receive(route)
    async with rooms.person() as sari:
        (before,) = (await sari.get("/api/worklist", params={"unit": "anak"})).json()
        await rooms.receive(patient)
        (after,) = (await sari.get("/api/worklist", params={"unit": "anak"})).json()
    assert (before["full_name"], after["full_name"]) == (None, "Aisyah Nuraini")
    assert UUID(after["visit_id"]) == route.visit_id


async def test_a_corrected_name_stays_when_the_first_one_comes_late(rooms: Rooms) -> None:
    patient = registered()
    await rooms.receive(routed(patient_id=patient.patient_id))
    await rooms.receive(updated(patient, full_name="Aisyah Nurani"))
    await rooms.receive(patient)
    async with rooms.person() as sari:
        (line,) = (await sari.get("/api/worklist", params={"unit": "anak"})).json()
    assert line["full_name"] == "Aisyah Nurani"
