"""A request that its unit takes back: ended where it still can be, finished where it was begun."""

from uuid import UUID

from contracts.clinical import LabRequestCancelledV1
from contracts.lab import ResultReleasedV1
from tests.integration.lab.room import TO_RELEASE, LabRoom, steps
from tests.integration.lab.test_lab_left import ordered

WHY = "Hasil minggu lalu sudah ada"


def taken_back(order_id: UUID, visit_id: UUID) -> LabRequestCancelledV1:
    return LabRequestCancelledV1(
        order_id=order_id, visit_id=visit_id, origin_unit="anak", reason=WHY
    )


async def test_an_accepted_order_leaves_the_worklist(lab: LabRoom) -> None:
    order_id, visit_id = await ordered(lab, "accept")
    await lab.receive(taken_back(order_id, visit_id))
    async with lab.person() as ana:
        order = (await ana.get(f"/api/orders/{order_id}")).json()
        listed = (await ana.get("/api/orders")).json()
    assert (order["state"], order["rejection_reason"], listed) == ("cancelled", WHY, [])


async def test_what_is_on_the_instrument_goes_to_the_unit_all_the_same(lab: LabRoom) -> None:
    order_id, visit_id = await ordered(lab, *TO_RELEASE[:4])
    await lab.receive(taken_back(order_id, visit_id))
    async with lab.person() as ana:
        await steps(ana, order_id, *TO_RELEASE[4:])
    assert len(await lab.published_of(ResultReleasedV1)) == 1
    assert await lab.parked() == []
