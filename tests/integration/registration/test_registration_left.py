"""A patient who goes home before the end: the visit ends with a reason, and waits for nothing."""

from uuid import uuid4

from contracts.registration import PatientRoutedV1, VisitCompletedV1, VisitLeftV1
from tests.integration.registration.desk import (
    Desk,
    called,
    completed,
    lab_requested,
    open_visit,
    prescribed,
    released,
    visit_of,
)
from tests.kit.rooms import good

WHY = {"reason": "Ibu tidak dapat menunggu hasil"}


async def test_a_visit_in_service_ends_as_left_and_owes_nothing(desk: Desk) -> None:
    order, rx = uuid4(), uuid4()
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        path = f"/api/visits/{visit['id']}/leave"
        await desk.receive(called(visit), prescribed(visit, rx), lab_requested(visit, order))
        silent = await clerk.post(path, json={"reason": " "})
        gone = good(await clerk.post(path, json=WHY))
        record = good(await clerk.get(f"/api/visits/{visit['id']}"))
        again = await open_visit(clerk, visit["patient_id"])
    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "reason")
    assert (gone["state"], gone["reason"]) == ("left", WHY["reason"])
    assert {item["state"] for item in record["obligations"]} == {"cancelled"}
    assert again["id"] != visit["id"]
    (event,) = await desk.published_of(VisitLeftV1)
    assert (str(event.visit_id), event.unit, event.reason) == (visit["id"], "lab", WHY["reason"])


async def test_what_the_rooms_say_afterwards_is_filed_and_moves_nobody(desk: Desk) -> None:
    order = uuid4()
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        await desk.receive(called(visit), lab_requested(visit, order))
        good(await clerk.post(f"/api/visits/{visit['id']}/leave", json=WHY))
        before = len(await desk.published_of(PatientRoutedV1))
        await desk.receive(released(visit, order), completed(visit), called(visit))
        record = good(await clerk.get(f"/api/visits/{visit['id']}"))
    states = {item["kind"]: item["state"] for item in record["obligations"]}
    assert (record["state"], states) == ("left", {"encounter": "cancelled", "lab_order": "filed"})
    assert len(await desk.published_of(PatientRoutedV1)) == before
    assert await desk.published_of(VisitCompletedV1) == []
    assert await desk.parked() == []


async def test_a_visit_that_is_over_cannot_be_left(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        path = f"/api/visits/{visit['id']}/leave"
        stale = await clerk.post(path, json=WHY, headers={"If-Match": '"9"'})
        good(await clerk.post(path, json=WHY))
        twice = await clerk.post(path, json=WHY)
        clerk.cookies.set("alur_language", "en")
        english = await clerk.post(path, json=WHY)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")
    assert "“pulang sebelum selesai”" in twice.json()["detail"]
    assert "its state is “left before the end”" in english.json()["detail"]
    assert len(await desk.published_of(VisitLeftV1)) == 1


async def test_the_desk_ends_it_on_the_page_of_the_visit(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        path = f"/visits/{visit['id']}"
        await desk.receive(called(visit))
        before = await clerk.get(path)
        await clerk.post(f"{path}/leave", data={**WHY, "version": "2"})
        after = await clerk.get(path)
    async with desk.person("nurse", unit="anak") as nurse:
        room = await nurse.get(path)
    assert 'id="leave"' in before.text
    assert 'id="cancel"' not in before.text
    assert "Pulang sebelum selesai" in after.text
    assert WHY["reason"] in after.text
    assert 'id="leave"' not in after.text + room.text
