"""A patient who goes home too early: the laboratory ends what is not yet on the instrument."""

from uuid import UUID, uuid4

import pytest

from contracts.lab import ResultReleasedV1
from tests.integration.lab.room import TO_RELEASE, LabRoom, step, steps
from tests.kit.samples import lab_requested, left, registered


async def ordered(lab: LabRoom, *taken: str) -> tuple[UUID, UUID]:
    """Order and visit after the steps that were taken."""
    patient = registered()
    request = lab_requested(patient_id=patient.patient_id)
    await lab.receive(patient, request)
    async with lab.person() as ana:
        await steps(ana, request.order_id, *taken)
    return request.order_id, request.visit_id


@pytest.mark.parametrize(
    "taken",
    [(), ("accept",), ("accept", "collect"), ("accept", "collect", "receive"),
     ("accept", "collect", "reject-specimen")],
    ids=lambda taken: "_".join(taken) or "requested",
)  # fmt: skip
async def test_what_is_not_on_the_instrument_is_cancelled(
    lab: LabRoom, taken: tuple[str, ...]
) -> None:
    order_id, visit_id = await ordered(lab, *taken)
    await lab.receive(left(visit_id))
    async with lab.person() as ana:
        order = (await ana.get(f"/api/orders/{order_id}")).json()
        listed = (await ana.get("/api/orders")).json()
        again = await step(ana, order_id, "accept")
        page = await ana.get(f"/orders/{order_id}")
    assert (order["state"], order["rejection_reason"]) == ("cancelled", "Tidak dapat menunggu")
    assert listed == []
    assert again.status_code == 409
    assert "Dibatalkan (ditarik ruang asal, atau pasien pulang): Tidak dapat menunggu" in page.text


async def test_what_is_on_the_instrument_is_finished_and_filed(lab: LabRoom) -> None:
    order_id, visit_id = await ordered(lab, *TO_RELEASE[:4])
    await lab.receive(left(visit_id))
    async with lab.person() as ana:
        await steps(ana, order_id, "validate", "release")
    assert len(await lab.published_of(ResultReleasedV1)) == 1


async def test_the_orders_of_other_visits_go_on(lab: LabRoom) -> None:
    order_id, _ = await ordered(lab, "accept")
    await lab.receive(left(uuid4()))
    async with lab.person() as ana:
        assert (await ana.get(f"/api/orders/{order_id}")).json()["state"] == "accepted"
