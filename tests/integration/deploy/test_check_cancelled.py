"""What units took back: nothing is violated by it, and a room that goes on with it is found."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis.settings import Settings
from chassis.tables import outbox
from contracts.clinical import LabRequestCancelledV1
from deploy.check import prove
from services.lab.models import lab_order
from services.pharmacy.models import prescription
from services.registration.models import obligation
from tests.acceptance.guest import called
from tests.acceptance.registration_steps import born
from tests.integration.deploy.damaged import Damaged
from tests.kit.centre import Centre, run_centre
from tests.kit.samples import SYRUP
from tests.kit.waiting import eventually

pytestmark = pytest.mark.mode("embedded")
WHY = {"reason": "Sudah ada hasilnya"}


async def taken_back(centre: Centre) -> tuple[UUID, UUID]:
    """A visit whose lab request and prescription were both taken back; their ids."""
    child = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await child.examined()
    order_id = await child.lab_requested()
    await child.room.post(f"{child.record}/lab-requests/{order_id}/cancel", WHY)
    await child.prescribed(SYRUP)
    (rx,) = (await child.room.get(child.record))["prescriptions"]

    async def back() -> bool:
        return (await child.places())[-1] == "anak"

    await eventually(back)
    await child.completed()
    await child.room.post(f"{child.record}/prescriptions/{rx['id']}/cancel", WHY)
    await eventually(child.is_home)
    return UUID(order_id), UUID(rx["id"])


async def test_nothing_dangles_after_it_and_a_room_that_goes_on_is_found(
    settings: Settings,
) -> None:
    async with run_centre(settings) as centre:
        order_id, rx_id = await taken_back(centre)
        report = await prove(settings, 30.0)
    assert report.violations == []

    damaged = Damaged(settings)
    again = sa.update(lab_order).where(lab_order.c.id == order_id)
    await damaged.run("lab", again.values(state="accepted", closed_at=None))
    again = sa.update(prescription).where(prescription.c.id == rx_id)
    await damaged.run("pharmacy", again.values(state="received", closed_at=None))
    again = sa.update(obligation).where(obligation.c.ref_id == rx_id)
    await damaged.run("registration", again.values(state="open", closed_at=None))
    said = sa.delete(outbox).where(outbox.c.type == LabRequestCancelledV1.type)
    await damaged.run("clinical", said)

    assert await damaged.found() >= {
        ("no_effect", "lab", str(order_id)),
        ("no_effect", "pharmacy", str(rx_id)),
        ("no_effect", "registration", str(rx_id)),
        ("untold", "clinical", str(order_id)),
    }
