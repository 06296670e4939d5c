"""A name that the desk puts right is the one every room reads and compares."""

from deploy.check import prove
from tests.acceptance.guest import arrived
from tests.acceptance.registration_steps import R, born
from tests.kit.centre import Centre
from tests.kit.samples import HAEMOGLOBIN, SYRUP
from tests.kit.waiting import eventually


async def test_every_room_reads_and_compares_the_corrected_name(centre: Centre) -> None:
    child = await arrived(centre, "dharma_rini", born(months=14), role="doctor")
    clerk, analyst = await child.person("clerk"), await child.person("analyst")
    pharmacist = await child.person("pharmacist")
    wrong, patient_id = dict(child.said), (await child.visit())["patient_id"]
    child.said["full_name"] += " Putri"
    facts = child.said | {"sex": "F", "nik_absent_reason": "kartu keluarga sedang diurus"}
    answer = await clerk.send("PUT", f"{R}/patients/{patient_id}", facts, version=1)
    assert answer.status == 200

    async def names() -> set[str]:
        """What the three rooms call the patient; no name where a room has not heard yet."""
        people = await child.room.get("/clinical/api/worklist?unit=anak")
        orders = await analyst.get("/lab/api/orders")
        rxs = await pharmacist.get("/pharmacy/api/prescriptions")
        return {each["full_name"] for each in (*people, *orders, *rxs)}

    async def right_on_the_worklist() -> bool:
        return await names() == {child.said["full_name"]}

    await eventually(right_on_the_worklist)
    await child.called()
    assert (await child.room.post(f"{child.record}/identity", wrong))["match"] is False
    await child.examined()
    await child.prescribed(SYRUP)
    await child.lab_requested(HAEMOGLOBIN)

    async def on_both_lists() -> bool:
        orders = await analyst.get("/lab/api/orders")
        return bool(orders and await pharmacist.get("/pharmacy/api/prescriptions"))

    await eventually(on_both_lists)
    assert await names() == {child.said["full_name"]}
    assert (await prove(centre.settings, 20.0)).violations == []
