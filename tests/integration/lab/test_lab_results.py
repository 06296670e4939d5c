"""Entering values, on real databases: what is refused, kept, completed and withheld."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import lab as events
from contracts.registration import VisitCancelledV1, VisitCompletedV1
from contracts.values import Sex
from tests.integration.lab.room import LabRoom, result_read, step, steps
from tests.kit.samples import HAEMOGLOBIN, lab_requested, registered


@pytest.mark.parametrize("value", [-3, 140, "banyak", "", True, None, [8.1], "nan"])
async def test_a_value_that_cannot_be_is_refused_at_its_field(lab: LabRoom, value: Any) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive")
        answer = await step(ana, order_id, "results", values={HAEMOGLOBIN: value})
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(f"values.{HAEMOGLOBIN}")
    assert order["state"] == "received"
    assert order["results"][0]["value"] is None


@pytest.mark.parametrize("values", [{}, {"777-3": 200}, {"1-8": 3}, "8.1", None])
async def test_values_of_other_tests_are_refused(lab: LabRoom, values: Any) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive")
        answer = await step(ana, order_id, "results", values=values)
    assert answer.status_code == 422


async def test_all_values_are_needed_before_validation(lab: LabRoom) -> None:
    order_id = await lab.order(HAEMOGLOBIN, "75377-2")
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive", "results")
        early = await step(ana, order_id, "validate")
        await step(ana, order_id, "results", values={"75377-2": "positive"})
        complete = await step(ana, order_id, "validate")
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert (early.status_code, early.json()["code"]) == (409, "results_incomplete")
    assert complete.status_code == 200
    assert [(r["value"], r["flag"]) for r in order["results"]] == [
        (8.1, "low"),
        ("positive", "abnormal"),
    ]


async def test_a_value_may_be_mended_until_it_is_validated(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive", "results")
        mended = await step(ana, order_id, "results", values={HAEMOGLOBIN: "11,8"})
        await steps(ana, order_id, "validate")
        late = await step(ana, order_id, "results", values={HAEMOGLOBIN: 9})
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert (mended.status_code, late.status_code) == (200, 409)
    assert (order["results"][0]["value"], order["results"][0]["flag"]) == (11.8, "normal")


async def test_ranges_follow_sex_and_age(lab: LabRoom) -> None:
    flags = {}
    for sex in Sex:
        grown = registered(sex=sex, birth_date=date.today() - timedelta(days=30 * 366))
        request = lab_requested(patient_id=grown.patient_id)
        await lab.receive(grown, request)
        async with lab.person() as ana:
            await steps(ana, request.order_id, "accept", "collect", "receive")
            await step(ana, request.order_id, "results", values={HAEMOGLOBIN: 12.5})
            order = (await ana.get(f"/api/orders/{request.order_id}")).json()
        flags[sex] = (order["results"][0]["reference"], order["results"][0]["flag"])
    assert flags == {Sex.FEMALE: ("12–16", "normal"), Sex.MALE: ("13–18", "low")}


async def test_a_value_without_a_range_is_never_called_normal(lab: LabRoom) -> None:
    infant = registered(birth_date=date.today() - timedelta(days=90))
    request = lab_requested(HAEMOGLOBIN, "2106-3", patient_id=infant.patient_id)
    await lab.receive(infant, request)
    async with lab.person() as ana:
        await steps(ana, request.order_id, "accept", "collect", "receive")
        values = {HAEMOGLOBIN: 7, "2106-3": "positive"}
        await step(ana, request.order_id, "results", values=values)
        await steps(ana, request.order_id, "validate", "release")
        shown = (await ana.get(f"/orders/{request.order_id}")).text
    (released,) = await lab.published_of(events.ResultReleasedV1)
    assert [(each.flag, each.judged) for each in released.results] == [("abnormal", False)] * 2
    assert shown.count("Tanpa nilai rujukan") == 2
    assert "Normal" not in shown


async def test_values_wait_until_the_patient_is_known(lab: LabRoom) -> None:
    request = lab_requested()
    await lab.receive(request)
    async with lab.person() as ana:
        await steps(ana, request.order_id, "accept", "collect", "receive")
        early = await step(ana, request.order_id, "results", values={HAEMOGLOBIN: 8})
        await lab.receive(registered(patient_id=request.patient_id))
        later = await step(ana, request.order_id, "results", values={HAEMOGLOBIN: 8})
    assert (early.status_code, early.json()["code"]) == (409, "patient_unknown")
    assert later.status_code == 200


async def test_an_hiv_result_never_travels_but_the_origin_unit_may_open_it(lab: LabRoom) -> None:
    order_id = await lab.order("80387-4")
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive")
        await step(ana, order_id, "results", values={"80387-4": "reactive"})
        await steps(ana, order_id, "validate", "release")
    released = (await lab.published())[-1]
    assert isinstance(released, events.ResultReleasedV1)
    assert "reactive" not in released.model_dump_json()
    path = f"/api/orders/{order_id}/result"
    async with lab.person("doctor", unit="anak") as doctor:
        opened = await doctor.get(path)
        page = await doctor.get(f"/orders/{order_id}/result")
    async with lab.person("nurse", unit="kia") as stranger:
        refused = [await stranger.get(path), await stranger.get(path.removeprefix("/api"))]
    assert opened.json()["results"][0]["value"] == "reactive"
    assert "Reaktif" in page.text
    assert [answer.status_code for answer in refused] == [403, 403]
    assert len(await lab.audited("result.open")) == 2


def ended(visit_id: UUID) -> VisitCompletedV1:
    return VisitCompletedV1(
        visit_id=visit_id, patient_id=uuid4(), disposition="home", completed_at=datetime.now(UTC)
    )


async def test_a_result_that_was_read_is_closed_to_the_unit_when_the_visit_ends(
    lab: LabRoom,
) -> None:
    order_id, visit_id = await lab.released()
    path = f"/api/orders/{order_id}/result"
    await lab.receive(result_read(order_id, visit_id))
    async with lab.person("doctor", unit="anak") as doctor, lab.person("doctor") as anywhere:
        assert (await doctor.get(path)).status_code == 200
        await lab.receive(ended(visit_id))
        closed = [await doctor.get(path), await doctor.get(f"/orders/{order_id}/result")]
        closed.append(await anywhere.get(path))
    assert {(answer.status_code, answer.json()["code"]) for answer in closed} == {
        (403, "no_open_visit")
    }
    for role in ("analyst", "head"):
        assert (await lab.get(path, role=role)).status_code == 200


async def test_a_result_nobody_has_read_stays_open_to_the_unit_after_the_visit(
    lab: LabRoom,
) -> None:
    visit_id = uuid4()
    order_id, _ = await lab.released(ended(visit_id), visit_id=visit_id)
    path = f"/api/orders/{order_id}/result"
    async with lab.person("doctor", unit="anak") as doctor:
        assert (await doctor.get(path)).status_code == 200
        await lab.receive(result_read(order_id, visit_id))
        assert (await doctor.get(path)).json()["code"] == "no_open_visit"


async def test_a_cancelled_visit_is_over_too(lab: LabRoom) -> None:
    order_id, visit_id = await lab.released()
    gone = VisitCancelledV1(visit_id=visit_id, patient_id=uuid4(), reason="Pulang")
    await lab.receive(result_read(order_id, visit_id), gone)
    async with lab.person("doctor", unit="anak") as doctor:
        answer = await doctor.get(f"/api/orders/{order_id}/result")
    assert answer.json()["code"] == "no_open_visit"


async def test_a_result_is_not_open_to_the_unit_before_its_release(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person("doctor", unit="anak") as doctor:
        answer = await doctor.get(f"/api/orders/{order_id}/result")
    assert answer.status_code == 409
