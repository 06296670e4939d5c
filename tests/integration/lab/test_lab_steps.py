"""An order from request to result, on real databases: steps, refusals, versions, events."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts import lab as events
from contracts.facility import LabRules
from tests.integration.lab.room import TO_RELEASE, LabRoom, result_read, step, steps
from tests.kit.samples import HAEMOGLOBIN


async def test_an_order_runs_from_request_to_the_unit_that_reads_it(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, *TO_RELEASE)
        released = (await ana.get(f"/api/orders/{order_id}")).json()
    await lab.receive(result_read(order_id, released["visit_id"]))
    async with lab.person() as ana:
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert order["state"] == "returned"
    assert order["accession_no"].startswith(f"L-{datetime.now(UTC):%y}")
    assert order["origin_unit"] == "anak"
    assert [type(event) for event in await lab.published()] == [
        events.OrderReceivedV1,
        events.OrderAcceptedV1,
        events.SpecimenCollectedV1,
        events.ResultReleasedV1,
    ]


async def test_the_released_event_carries_value_unit_reference_and_flag(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person(staff_id="ana") as ana:
        await steps(ana, order_id, *TO_RELEASE)
    released = (await lab.published())[-1]
    assert isinstance(released, events.ResultReleasedV1)
    result = released.results[0]
    assert (released.version, released.validated_by, released.origin_unit) == (1, "ana", "anak")
    assert (result.value, result.ucum, result.reference, result.flag) == (
        8.1,
        "g/dL",
        "≥10.5",
        "low",
    )


@pytest.mark.parametrize("name", ["collect", "receive", "validate", "release"])
async def test_a_step_out_of_turn_is_refused_and_changes_nothing(lab: LabRoom, name: str) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        answer = await step(ana, order_id, name)
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert (order["state"], order["version"]) == ("requested", 1)
    assert len(await lab.published()) == 1


async def test_a_stale_version_is_refused(lab: LabRoom) -> None:
    order_id = await lab.order()
    path = f"/api/orders/{order_id}"
    async with lab.person() as ana:
        first = await ana.post(f"{path}/accept", headers={"If-Match": '"1"'})
        stale = await ana.post(f"{path}/collect", headers={"If-Match": '"1"'})
        fresh = await ana.post(f"{path}/collect", headers={"If-Match": first.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert fresh.status_code == 200


async def test_the_same_idempotency_key_accepts_once(lab: LabRoom) -> None:
    order_id = await lab.order()
    key = {"Idempotency-Key": str(uuid4())}
    async with lab.person() as ana:
        one = await ana.post(f"/api/orders/{order_id}/accept", headers=key)
        two = await ana.post(f"/api/orders/{order_id}/accept", headers=key)
    assert one.status_code == two.status_code == 200
    assert one.json() == two.json()
    assert len(await lab.published()) == 2


async def test_accession_numbers_count_up_within_the_day(lab: LabRoom) -> None:
    orders = [await lab.order() for _ in range(3)]
    async with lab.person() as ana:
        answers = [(await step(ana, order_id, "accept")).json() for order_id in orders]
    assert [answer["accession_no"][-4:] for answer in answers] == ["-001", "-002", "-003"]


async def test_a_rejected_order_tells_the_unit_why(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        empty = await step(ana, order_id, "reject", reason="  ")
        answer = await step(ana, order_id, "reject", reason="Reagen habis")
        listed = (await ana.get("/api/orders")).json()
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "reason")
    assert answer.json()["state"] == "rejected"
    assert listed == []
    rejected = (await lab.published())[-1]
    assert isinstance(rejected, events.OrderRejectedV1)
    assert rejected.reason == "Reagen habis"


@pytest.mark.parametrize(
    "begun",
    [
        ("accept",),
        ("accept", "collect"),
        ("accept", "collect", "receive"),
        ("accept", "collect", "reject-specimen"),
        ("accept", "collect", "receive", "results"),
    ],
    ids=lambda begun: str(begun[-1]),
)
async def test_an_order_that_was_begun_is_given_back_with_a_reason(
    lab: LabRoom, begun: tuple[str, ...]
) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, *begun)
        assert 'id="reject"' in (await ana.get(f"/orders/{order_id}")).text
        answer = await step(ana, order_id, "reject", reason="Alat rusak")
        listed = (await ana.get("/api/orders")).json()
    assert answer.json()["state"] == "rejected"
    assert listed == []
    rejected = (await lab.published())[-1]
    assert isinstance(rejected, events.OrderRejectedV1)
    assert (rejected.origin_unit, rejected.reason) == ("anak", "Alat rusak")


async def test_a_validated_order_is_released_and_not_given_back(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, *TO_RELEASE[:-1])
        assert 'id="reject"' not in (await ana.get(f"/orders/{order_id}")).text
        answer = await step(ana, order_id, "reject", reason="Alat rusak")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


async def test_only_the_rejected_specimen_is_taken_again(lab: LabRoom) -> None:
    order_id = await lab.order(HAEMOGLOBIN, "20454-5")
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive")
        body = {"reason": "haemolysed", "specimen_type": "whole_blood"}
        rejected = (await step(ana, order_id, "reject-specimen", **body)).json()
        told = (await lab.published())[-1]
        await steps(ana, order_id, "collect", "receive")
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert (rejected["state"], rejected["specimen_rejections"]) == ("specimen_rejected", 1)
    assert isinstance(told, events.SpecimenRejectedV1)
    assert (told.specimen_type, told.reason) == ("whole_blood", "haemolysed")
    assert str(told.specimen_id) in [
        item["id"] for item in order["specimens"] if item["rejected_at"]
    ]
    taken = [(item["type"], item["rejection_reason"]) for item in order["specimens"]]
    assert sorted(taken, key=str) == [
        ("urine", None),
        ("whole_blood", "haemolysed"),
        ("whole_blood", None),
    ]


async def test_a_specimen_that_was_not_taken_cannot_be_rejected(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect")
        body = {"reason": "haemolysed", "specimen_type": "urine"}
        answer = await step(ana, order_id, "reject-specimen", **body)
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert answer.status_code == 422
    assert (order["state"], order["specimen_rejections"]) == ("collected", 0)
    assert not any(isinstance(event, events.SpecimenRejectedV1) for event in await lab.published())


async def test_every_specimen_that_is_rejected_is_told_of(lab: LabRoom) -> None:
    order_id = await lab.order(HAEMOGLOBIN, "20454-5")
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect")
        await step(ana, order_id, "reject-specimen", reason="mislabelled")
    rejected = [e for e in await lab.published() if isinstance(e, events.SpecimenRejectedV1)]
    assert {event.specimen_type for event in rejected} == {"whole_blood", "urine"}


async def test_another_person_validates_where_the_profile_asks_for_it(lab: LabRoom) -> None:
    rules = LabRules(result_to="origin_unit", two_person_validation=True)
    lab.with_profile(lab=rules)
    order_id = await lab.order()
    async with lab.person(staff_id="ana") as ana, lab.person(staff_id="budi") as budi:
        await steps(ana, order_id, "accept", "collect", "receive", "results")
        alone = await step(ana, order_id, "validate")
        await steps(budi, order_id, "validate")
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
