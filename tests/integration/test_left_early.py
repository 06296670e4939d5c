"""A patient goes home with something open in every room: all of them end it, and it adds up."""

from deploy.check import prove
from tests.acceptance.guest import Guest, called
from tests.acceptance.registration_steps import born
from tests.kit.centre import Centre
from tests.kit.samples import HAEMOGLOBIN, SYRUP
from tests.kit.waiting import eventually


async def asked_for_everything(centre: Centre) -> tuple[Guest, str]:
    """A child in the laboratory, with a prescription on the counter, once both rooms know."""
    child = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await child.examined()
    await child.prescribed(SYRUP)
    order_id = await child.lab_requested(HAEMOGLOBIN)
    await eventually(lambda: open_in_the_rooms(child))

    async def in_the_laboratory() -> bool:
        return bool((await child.visit())["unit"] == "lab")

    await eventually(in_the_laboratory)
    return child, order_id


async def open_in_the_rooms(child: Guest, expected: int = 2) -> bool:
    """How much of this visit the laboratory and the pharmacy have on their lists."""
    orders = await (await child.person("analyst")).get("/lab/api/orders?limit=100")
    rxs = await (await child.person("pharmacist")).get("/pharmacy/api/prescriptions?limit=100")
    mine = [each for each in (*orders, *rxs) if each["visit_id"] == child.visit_id]
    return len(mine) == expected


async def test_a_patient_who_goes_home_early_leaves_nothing_open_anywhere(centre: Centre) -> None:
    child, order_id = await asked_for_everything(centre)
    clerk = await child.person("clerk")
    why = {"reason": "Ibu tidak dapat menunggu hasil"}
    await clerk.post(f"/registration/api/visits/{child.visit_id}/leave", why)
    await eventually(lambda: open_in_the_rooms(child, 0))
    late = await (await child.person("analyst")).send("POST", f"/lab/api/orders/{order_id}/accept")
    assert (late.status, late.code) == (409, "illegal_transition")
    assert (await child.room.send("GET", child.record)).code == "no_open_visit"
    report = await prove(centre.settings, 20.0)
    assert report.violations == []
    assert (report.opened, report.completed) == (1, 0)


async def test_what_the_instrument_had_begun_is_filed_after_the_patient_left(
    centre: Centre,
) -> None:
    child, order_id = await asked_for_everything(centre)
    analyst, clerk = await child.person("analyst"), await child.person("clerk")
    order = f"/lab/api/orders/{order_id}"
    for step in ("accept", "collect", "receive"):
        await analyst.post(f"{order}/{step}")
    await analyst.post(f"{order}/results", {"values": {HAEMOGLOBIN: 8.1}})
    why = {"reason": "Ibu tidak dapat menunggu hasil"}
    await clerk.post(f"/registration/api/visits/{child.visit_id}/leave", why)
    await eventually(lambda: open_in_the_rooms(child, 1))
    for step in ("validate", "release"):
        await analyst.post(f"{order}/{step}")

    async def filed() -> bool:
        owed = (await child.visit())["obligations"]
        return any(item["state"] == "filed" for item in owed if item["ref_id"] == order_id)

    await eventually(filed)
    assert (await child.visit())["state"] == "left"
    assert (await prove(centre.settings, 20.0)).violations == []
