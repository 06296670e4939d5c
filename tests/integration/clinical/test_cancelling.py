"""What a unit has sent, it may take back before the other room has begun."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx

from contracts.clinical import (
    EncounterCompletedV1,
    LabRequestCancelledV1,
    PrescriptionCancelledV1,
)
from contracts.lab import OrderAcceptedV1, OrderRejectedV1, SpecimenCollectedV1
from contracts.pharmacy import (
    PrescriptionDispensedV1,
    PrescriptionReceivedV1,
    PrescriptionRejectedV1,
    PrescriptionReviewedV1,
)
from contracts.registration import VisitCancelledV1
from contracts.values import ReviewChecks
from tests.integration.clinical.rooms import (
    FINISH,
    PARACETAMOL,
    Rooms,
    do,
    done,
    examined,
    ordered,
)
from tests.kit.rooms import page
from tests.kit.samples import released

WHY = {"reason": "Hasil minggu lalu sudah ada"}


async def prescribed(client: httpx.AsyncClient, visit_id: UUID) -> UUID:
    return UUID((await done(client, visit_id, "prescriptions", items=[PARACETAMOL]))["id"])


async def state(client: httpx.AsyncClient, visit_id: UUID, kind: str) -> str:
    record = (await client.get(f"/api/encounters/{visit_id}")).json()
    return str(record[kind][0]["state"])


async def test_a_lab_request_is_taken_back_with_its_reason(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        silent = await do(sari, visit_id, f"lab-requests/{order_id}/cancel", reason=" ")
        await done(sari, visit_id, f"lab-requests/{order_id}/cancel", **WHY)
        twice = await do(sari, visit_id, f"lab-requests/{order_id}/cancel", **WHY)
        await done(sari, visit_id, "complete", **FINISH)
    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "reason")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_begun")
    (event,) = await rooms.published_of(LabRequestCancelledV1)
    assert (event.order_id, event.origin_unit, event.reason) == (order_id, "anak", WHY["reason"])


async def test_what_the_laboratory_has_begun_is_not_taken_back(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(
            SpecimenCollectedV1(
                order_id=order_id, visit_id=visit_id, origin_unit="anak", specimen_id=uuid4(),
                specimen_type="capillary_blood", collected_at=datetime.now(UTC),
            )
        )  # fmt: skip
        refused = await do(sari, visit_id, f"lab-requests/{order_id}/cancel", **WHY)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_begun")
    assert await rooms.published_of(LabRequestCancelledV1) == []


async def test_facts_that_cross_the_cancellation_change_nothing(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id, rx_id = await ordered(sari, visit_id), await prescribed(sari, visit_id)
        await done(sari, visit_id, f"lab-requests/{order_id}/cancel", **WHY)
        await done(sari, visit_id, f"prescriptions/{rx_id}/cancel", **WHY)
        of_order = {"order_id": order_id, "visit_id": visit_id, "origin_unit": "anak"}
        of_rx = {"rx_id": rx_id, "visit_id": visit_id, "version": 1}
        checks = ReviewChecks(administrative=True, pharmaceutical=True, clinical=True)
        await rooms.receive(
            OrderAcceptedV1(**of_order, accession_no="L-001"),
            OrderRejectedV1(**of_order, reason="reagen habis"),
            PrescriptionReviewedV1(**of_rx, checks=checks),
            PrescriptionRejectedV1(**of_rx, reason="stok habis"),
        )
        kinds = ("lab_requests", "prescriptions")
        states = [await state(sari, visit_id, kind) for kind in kinds]
    assert states == ["cancelled", "cancelled"]
    assert await rooms.parked() == []


async def test_a_result_that_was_there_already_must_still_be_read(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await done(sari, visit_id, f"lab-requests/{order_id}/cancel", **WHY)
        await rooms.receive(released(order_id, visit_id))
        unread = await do(sari, visit_id, "complete", **FINISH)
        shown = await page(sari, f"/encounters/{visit_id}")
        await done(sari, visit_id, f"results/{order_id}/read")
        await done(sari, visit_id, "complete", **FINISH)
    assert unread.json()["code"] == "obligations_open"
    assert "Ditarik kembali, tetapi sudah dikerjakan" in shown


async def test_a_prescription_that_was_handed_over_stays_so(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        rx_id = await prescribed(sari, visit_id)
        await done(sari, visit_id, f"prescriptions/{rx_id}/cancel", **WHY)
        await rooms.receive(
            PrescriptionDispensedV1(
                rx_id=rx_id, visit_id=visit_id, version=1, items=(),
                dispensed_at=datetime.now(UTC),
            )
        )  # fmt: skip
        assert await state(sari, visit_id, "prescriptions") == "dispensed"


async def test_only_the_unit_that_asked_takes_back_and_only_while_the_visit_is_open(
    rooms: Rooms,
) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        rx_id = await prescribed(sari, visit_id)
        path = f"prescriptions/{rx_id}/cancel"
        async with rooms.person(unit="kia") as other:
            foreign = await do(other, visit_id, path, **WHY)
        elsewhere = await do(sari, uuid4(), path, **WHY)
        await rooms.receive(VisitCancelledV1(visit_id=visit_id, patient_id=uuid4(), reason="x"))
        late = await do(sari, visit_id, path, **WHY)
    assert (foreign.status_code, elsewhere.status_code) == (403, 404)
    assert (late.status_code, late.json()["code"]) == (403, "no_open_visit")
    assert await rooms.published_of(PrescriptionCancelledV1) == []


async def test_a_rejected_prescription_is_answered_before_the_end(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        rejected, kept = await prescribed(sari, visit_id), await prescribed(sari, visit_id)
        of_rx = {"rx_id": rejected, "visit_id": visit_id, "version": 1}
        await rooms.receive(PrescriptionReceivedV1(**of_rx))
        await rooms.receive(PrescriptionRejectedV1(**of_rx, reason="Dosis terlalu tinggi"))
        open_ = await do(sari, visit_id, "complete", **FINISH)
        shown = await page(sari, f"/encounters/{visit_id}")
        await done(sari, visit_id, f"prescriptions/{rejected}/cancel", **WHY)
        await done(sari, visit_id, "complete", **FINISH)
    assert (open_.status_code, open_.json()["code"]) == (409, "obligations_open")
    assert "Parasetamol sirup" in open_.json()["detail"]
    for words in ("Dosis terlalu tinggi", "1 resep ditolak belum dijawab", "Tidak diperlukan lagi"):
        assert words in shown
    (event,) = await rooms.published_of(EncounterCompletedV1)
    assert event.prescriptions == (kept,)


async def test_another_prescription_answers_the_rejection(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        rx_id = await prescribed(sari, visit_id)
        of_rx = {"rx_id": rx_id, "visit_id": visit_id, "version": 1}
        await rooms.receive(PrescriptionRejectedV1(**of_rx, reason="Stok habis"))
        second = await prescribed(sari, visit_id)
        await done(sari, visit_id, "complete", **FINISH)
    (event,) = await rooms.published_of(EncounterCompletedV1)
    assert event.prescriptions == (second,)


async def test_it_is_taken_back_on_the_page(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        here = f"/encounters/{visit_id}"
        assert "Tarik kembali…" in await page(sari, here)
        answer = await sari.post(
            f"{here}/lab-requests/{order_id}/cancel", data={**WHY, "idempotency_key": "k"}
        )
        shown = await page(sari, here)
    assert answer.status_code == 303
    assert "Tarik kembali…" not in shown
    assert WHY["reason"] in shown
