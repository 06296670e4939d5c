"""Opening and cancelling visits over HTTP on both databases."""

import asyncio

from contracts.registration import (
    PatientRoutedV1,
    QueueTicketIssuedV1,
    VisitCancelledV1,
    VisitOpenedV1,
)
from tests.integration.registration.desk import Desk, called, open_visit, register, visit_of
from tests.kit.rooms import good


async def test_a_visit_without_a_ticket_gets_one_from_the_desk(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
    assert (visit["ticket_no"], visit["unit"], visit["state"]) == ("A-001", "anak", "waiting")
    assert len(await desk.published_of(QueueTicketIssuedV1)) == 1
    routed = (await desk.published_of(PatientRoutedV1))[0]
    assert (routed.route_seq, routed.to_unit, routed.ticket_no) == (1, "anak", "A-001")


async def test_the_ticket_in_hand_becomes_the_visits_ticket(desk: Desk) -> None:
    async with desk.person() as clerk:
        ticket = good(await clerk.post("/api/tickets", json={"priority_class": "disability"}))
        good(await clerk.post("/api/tickets/call-next", json={}))
        patient = await register(clerk)
        visit = await open_visit(clerk, patient["id"], ticket_id=ticket["id"])
        assert (visit["ticket_no"], visit["priority_class"]) == ("A-001", "disability")
        other = await register(clerk, nik=None, nik_absent_reason="lupa")
        again = await clerk.post(
            "/api/visits", json={"patient_id": other["id"], "ticket_id": ticket["id"]}
        )
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


async def test_a_second_open_visit_is_refused_and_the_first_is_named(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        body = {"patient_id": visit["patient_id"]}
        answers = await asyncio.gather(*(clerk.post("/api/visits", json=body) for _ in range(4)))
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (409, "visit_open")
            assert visit["id"] in answer.json()["detail"]
        ticket = good(await clerk.post("/api/tickets", json={}))
    assert ticket["number"] == 2, "a refused visit takes no number"
    assert len(await desk.published_of(VisitOpenedV1)) == 1


async def test_the_papers_are_kept_with_who_checked_them(desk: Desk) -> None:
    async with desk.person(staff_id="wati") as clerk:
        patient = await register(clerk)
        visit = await open_visit(clerk, patient["id"], payer="jkn", documents=["kk"])
    papers = {paper["type"]: paper["status"] for paper in visit["documents"]}
    assert papers["kk"] == "present"
    assert papers["bpjs"] == papers["buku_kia"] == "missing"
    assert visit["documents_checked_by"] == "wati"
    opened = (await desk.published_of(VisitOpenedV1))[0]
    assert {paper.type: paper.status for paper in opened.documents} == papers


async def test_an_emergency_goes_before_everybody_to_the_emergency_unit(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        visit = await open_visit(clerk, patient["id"], mode="emergency", documents=[])
    assert (visit["unit"], visit["priority_class"]) == ("tindakan", "emergency")


async def test_a_unit_that_does_not_exist_is_refused_at_its_field(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        answer = await clerk.post(
            "/api/visits", json={"patient_id": patient["id"], "intended_unit": "gigi"}
        )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "intended_unit"


async def test_a_visit_is_cancelled_with_a_reason_before_service(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        path = f"/api/visits/{visit['id']}/cancel"
        assert (await clerk.post(path, json={"reason": ""})).status_code == 422
        cancelled = good(await clerk.post(path, json={"reason": "pasien pulang"}))
        assert cancelled["state"] == "cancelled"
        record = good(await clerk.get(f"/api/visits/{visit['id']}"))
        again = await open_visit(clerk, visit["patient_id"])
    assert [item["state"] for item in record["obligations"]] == ["cancelled"]
    assert again["id"] != visit["id"]
    assert (await desk.published_of(VisitCancelledV1))[0].reason == "pasien pulang"


async def test_a_stale_version_cancels_nothing(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        answer = await clerk.post(
            f"/api/visits/{visit['id']}/cancel",
            json={"reason": "pasien pulang"},
            headers={"If-Match": '"99"'},
        )
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")


async def test_a_visit_in_service_is_not_cancelled(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        await desk.receive(called(visit))
        answer = await clerk.post(f"/api/visits/{visit['id']}/cancel", json={"reason": "pulang"})
    assert answer.status_code == 409


async def test_a_unit_lists_its_visits_in_calling_order(desk: Desk) -> None:
    async with desk.person() as clerk:
        for number in range(3):
            patient = await register(clerk, nik=None, nik_absent_reason="lupa")
            chosen = "disability" if number == 2 else "regular"
            await open_visit(clerk, patient["id"], priority_class=chosen)
        listed = good(await clerk.get("/api/visits", params={"unit": "anak"}))
        counts = good(await clerk.get("/api/units"))
    assert [row["number"] for row in listed] == [3, 1, 2]
    assert {row["unit"]: row["waiting"] for row in counts}["anak"] == 3


async def test_reading_a_visit_is_audited(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        good(await clerk.get(f"/api/visits/{visit['id']}"))
    assert [row.subject for row in await desk.audited("visit.read")] == [visit["id"]]


async def test_a_room_sees_only_the_visits_that_were_routed_to_it(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
    path = f"/api/visits/{visit['id']}"
    for unit, status in (("anak", 200), ("kia", 403)):
        async with desk.person("midwife", unit=unit) as midwife:
            assert (await midwife.get(path)).status_code == status
            assert (await midwife.get("/api/visits?unit=anak")).status_code == status
            assert (await midwife.get(path.replace("/api", ""))).status_code == status
