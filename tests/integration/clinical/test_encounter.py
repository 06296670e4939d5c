"""From the identity check to the end of the encounter."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contracts.clinical import (
    AssessmentRecordedV1,
    EncounterCompletedV1,
    LabRequestedV1,
    LabResultReadV1,
    PrescriptionIssuedV1,
)
from contracts.complaints import ComplaintAssignedV1, ComplaintClosedV1
from contracts.lab import OrderAcceptedV1, OrderReceivedV1, OrderRejectedV1, SpecimenCollectedV1
from contracts.pharmacy import PrescriptionReceivedV1, PrescriptionRejectedV1
from contracts.registration import VisitCancelledV1, VisitCompletedV1
from tests.integration.clinical.rooms import (
    FINISH,
    PARACETAMOL,
    Rooms,
    assess,
    call,
    do,
    done,
    examined,
    identify,
    ordered,
)
from tests.kit.samples import HAEMOGLOBIN, TEMPERATURE, WEIGHT, released


async def test_opening_a_record_is_audited(rooms: Rooms) -> None:
    visit_id = await rooms.arrive()
    async with rooms.person() as sari:
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    assert record["patient"]["mrn"] == "00-12-47"
    (entry,) = await rooms.audited("record.opened")
    assert (entry.visit_id, entry.actor.split(";")[0]) == (visit_id, "midwife")


async def test_an_assessment_keeps_units_and_z_scores(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    (assessment,) = record["assessments"]
    assert {seen["ucum"] for seen in assessment["observations"]} == {"kg", "cm", "Cel"}
    assert [score["index"] for score in assessment["zscores"]] == ["WAZ", "HAZ", "WHZ"]
    event = (await rooms.published_of(AssessmentRecordedV1))[0]
    assert event.complaint == "Demam 3 hari"


async def test_a_value_out_of_range_names_its_field_and_stores_nothing(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        visit_id = await call(sari)
        await identify(sari, visit_id)
        before = await rooms.published()
        refused = await do(
            sari, visit_id, "assessment", complaint="Demam", observations={TEMPERATURE: 83.2}
        )
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == f"observations.{TEMPERATURE}"
    assert record["assessments"] == []
    assert await rooms.published() == before


async def test_a_second_assessment_is_added_not_overwritten(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        await assess(sari, visit_id)
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    assert [seen["version"] for seen in record["assessments"]] == [2, 1]


async def test_a_stale_picture_changes_nothing(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        answer = await sari.post(
            f"/api/encounters/{visit_id}/assessment",
            json={"complaint": "Demam"},
            headers={"If-Match": '"1"'},
        )
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")


async def test_the_sender_sees_how_far_the_request_is(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)

        async def state() -> str:
            record = (await sari.get(f"/api/encounters/{visit_id}")).json()
            return str(record["lab_requests"][0]["state"])

        of_order = {"order_id": order_id, "visit_id": visit_id, "origin_unit": "anak"}
        seen = [await state()]
        await rooms.depart()
        seen.append(await state())
        for event in (
            OrderReceivedV1(**of_order),
            OrderAcceptedV1(**of_order, accession_no="L-001"),
            SpecimenCollectedV1(
                **of_order, specimen_id=uuid4(), specimen_type="capillary_blood",
                collected_at=datetime.now(UTC),
            ),
            OrderReceivedV1(**of_order),  # comes late
            released(order_id, visit_id),
        ):  # fmt: skip
            await rooms.receive(event)
            seen.append(await state())
        await done(sari, visit_id, f"results/{order_id}/read")
        seen.append(await state())
    assert seen == [
        "waiting", "sent", "received", "accepted", "in_progress", "in_progress", "returned", "read",
    ]  # fmt: skip


async def test_a_fact_that_contradicts_the_record_is_parked(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
    of_order = {"order_id": order_id, "visit_id": visit_id, "origin_unit": "anak"}
    await rooms.receive(OrderRejectedV1(**of_order, reason="reagen habis"))
    await rooms.receive(released(order_id, visit_id))
    assert [row.code for row in await rooms.parked()] == ["illegal_transition"]


async def test_the_encounter_waits_for_results_and_for_their_reading(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        outstanding = await do(sari, visit_id, "complete", **FINISH)
        await rooms.receive(released(order_id, visit_id))
        unread = await do(sari, visit_id, "complete", **FINISH)
        await done(sari, visit_id, f"results/{order_id}/read")
        await done(sari, visit_id, "complete", **FINISH)
        twice = await do(sari, visit_id, "complete", **FINISH)
    for answer in (outstanding, unread):
        assert (answer.status_code, answer.json()["code"]) == (409, "obligations_open")
        assert "Hemoglobin" in answer.json()["detail"]
    assert twice.json()["code"] == "encounter_closed"
    kinds = [type(event) for event in await rooms.published()]
    assert kinds.index(LabRequestedV1) < kinds.index(LabResultReadV1)
    assert kinds.count(EncounterCompletedV1) == 1


async def test_a_corrected_result_is_unread_again_and_the_old_one_stays(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(released(order_id, visit_id, 2, value=11.8))
        await done(sari, visit_id, f"results/{order_id}/read")
        await rooms.receive(released(order_id, visit_id, 1))  # late
        await rooms.receive(released(order_id, visit_id, 3, value=11.9))
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    (request,) = record["lab_requests"]
    assert (request["state"], request["unread"]) == ("returned", True)
    assert [result["version"] for result in request["results"]] == [3, 2, 1]
    assert [result["read_at"] is None for result in request["results"]] == [True, False, True]


async def test_a_result_after_a_cancelled_visit_is_filed_for_who_asked(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(VisitCancelledV1(visit_id=visit_id, patient_id=uuid4(), reason="x"))
        closed = await sari.get(f"/api/encounters/{visit_id}")
        await rooms.receive(released(order_id, visit_id))
        (filed,) = (await sari.get("/api/filed-results")).json()
        waiting = (await sari.get("/api/worklist", params={"unit": "anak"})).json()
        opened = await sari.get(f"/api/encounters/{visit_id}")
        await done(sari, visit_id, f"results/{order_id}/read")
        after = await sari.get(f"/api/encounters/{visit_id}")
        left = (await sari.get("/api/filed-results")).json()
    assert (closed.status_code, closed.json()["code"]) == (403, "no_open_visit")
    assert (filed["order_id"], waiting) == (str(order_id), [])
    assert (opened.status_code, after.status_code, left) == (200, 403, [])


async def test_a_correction_after_the_encounter_alerts_who_prescribed_on_it(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(released(order_id, visit_id))
        await done(sari, visit_id, f"results/{order_id}/read")
        await done(sari, visit_id, "complete", **FINISH)
        await rooms.receive(released(order_id, visit_id, 2, value=11.8))
        (filed,) = (await sari.get("/api/filed-results")).json()
    assert filed["order_id"] == str(order_id)


async def test_a_prescription_carries_what_the_pharmacist_must_know(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        visit_id = await call(sari)
        await identify(sari, visit_id)
        early = await do(sari, visit_id, "prescriptions", items=[PARACETAMOL])
        await assess(sari, visit_id)
        asked = await done(
            sari, visit_id, "prescriptions", items=[PARACETAMOL], allergies=["amoksisilin"]
        )
    assert (early.status_code, early.json()["code"]) == (409, "assessment_missing")
    (event,) = await rooms.published_of(PrescriptionIssuedV1)
    assert str(event.rx_id) == asked["id"]
    assert (event.patient.weight_kg, event.allergies) == (8.4, ("amoksisilin",))
    assert (event.prescriber_name, event.items[0].strength) == ("Midwife", "120 mg/5 mL")


async def test_the_sender_sees_that_the_pharmacy_refused_and_why(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        rx_id = (await done(sari, visit_id, "prescriptions", items=[PARACETAMOL]))["id"]
        of_rx = {"rx_id": rx_id, "visit_id": visit_id, "version": 1}
        await rooms.receive(PrescriptionReceivedV1(**of_rx))
        await rooms.receive(PrescriptionRejectedV1(**of_rx, reason="dosis terlalu tinggi"))
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
    (rx,) = record["prescriptions"]
    assert (rx["state"], rx["reason"]) == ("rejected", "dosis terlalu tinggi")


async def test_a_completed_visit_closes_its_record(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        await done(sari, visit_id, "complete", **FINISH)
        still = await sari.get(f"/api/encounters/{visit_id}")
        await rooms.receive(
            VisitCompletedV1(
                visit_id=visit_id, patient_id=uuid4(), disposition="home",
                completed_at=datetime.now(UTC),
            )
        )  # fmt: skip
        closed = await sari.get(f"/api/encounters/{visit_id}")
    assert (still.status_code, closed.status_code) == (200, 403)


async def test_bad_bodies_are_refused_by_field_and_write_nothing(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        before, of_weight = await rooms.published(), f"observations.{WEIGHT}"
        bad: list[tuple[str, dict[str, Any], str]] = [
            ("lab-requests", {"tests": []}, "tests"),
            ("lab-requests", {"tests": ["9999-9"]}, "tests"),
            ("lab-requests", {"tests": [HAEMOGLOBIN], "priority": "soon"}, "priority"),
            ("prescriptions", {"items": [PARACETAMOL | {"quantity": -1}]}, "items.0.quantity"),
            ("prescriptions", {"items": [PARACETAMOL | {"drug_code": "x y"}]}, "items.0.drug_code"),
            ("prescriptions", {"items": [PARACETAMOL | {"quantity": True}]}, "items.0.quantity"),
            ("prescriptions", {"items": [PARACETAMOL | {"days": "3"}]}, "items.0.days"),
            ("assessment", {"complaint": "  "}, "complaint"),
            *(
                ("assessment", {"complaint": "Demam", "observations": {WEIGHT: wrong}}, of_weight)
                for wrong in (True, "9.4", "NaN", None, -9.4, [9.4])
            ),
            (
                "assessment",
                {"complaint": "Pusing", "observations": {"8480-6": 80, "8462-4": 120}},
                "observations.8462-4",
            ),
            ("complete", FINISH | {"icd10": ["flu"]}, "icd10.0"),
            ("complete", FINISH | {"icd10": []}, "icd10"),
            ("complete", FINISH | {"care_categories": []}, "care_categories"),
            ("identity", {"full_name": "A", "birth_date": "besok"}, "birth_date"),
        ]
        for step, body, field in bad:
            answer = await do(sari, visit_id, step, **body)
            fields = [error["field"] for error in answer.json()["errors"]]
            assert (answer.status_code, fields) == (422, [field]), (step, answer.text)
    assert await rooms.published() == before


async def test_a_complaint_is_a_notice_without_the_complainant_until_it_is_closed(
    rooms: Rooms,
) -> None:
    await rooms.receive(
        ComplaintAssignedV1(
            complaint_id=uuid4(), number="P-2026-0001", unit="anak", summary="Menunggu lama"
        )
    )
    async with rooms.person() as sari, rooms.person(unit="kia") as other:
        (notice,) = (await sari.get("/api/notices")).json()
        assert (await other.get("/api/notices")).json() == []
        await rooms.receive(ComplaintClosedV1(complaint_id=notice["id"], number="P-2026-0001"))
        assert (await sari.get("/api/notices")).json() == []
        await rooms.receive(ComplaintClosedV1(complaint_id=uuid4(), number="P-2026-0002"))
        assert await rooms.parked() == []
    assert (notice["number"], notice["summary"]) == ("P-2026-0001", "Menunggu lama")
