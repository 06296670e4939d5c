"""What a unit takes back, through a whole running centre: nobody waits for it, nothing is owed."""

from tests.acceptance.guest import Guest, called
from tests.acceptance.registration_steps import born
from tests.acceptance.test_pharmacy_visits import CHECKED, waiting
from tests.kit.centre import Centre
from tests.kit.samples import SYRUP
from tests.kit.waiting import eventually

WHY = {"reason": "Hasil minggu lalu sudah ada"}


async def debts(guest: Guest, kind: str) -> list[str]:
    owed = (await guest.visit())["obligations"]
    return [item["state"] for item in owed if item["kind"] == kind]


async def test_given_a_lab_request_when_it_is_taken_back_then_the_child_is_back_in_its_unit(
    centre: Centre,
) -> None:
    child = await called(centre, "dharma_rini", born(months=14))
    await child.examined()
    order_id = await child.lab_requested()
    analyst = await child.person("analyst")

    async def state() -> str | None:
        answer = await analyst.send("GET", f"/lab/api/orders/{order_id}")
        return answer.body["state"] if answer.status == 200 else None

    await eventually(state)
    await child.room.post(f"{child.record}/lab-requests/{order_id}/cancel", WHY)

    async def ended() -> bool:
        return await state() == "cancelled" and (await child.places())[-2:] == ["lab", "anak"]

    await eventually(ended)
    assert await debts(child, "lab_order") == ["cancelled"]
    await child.completed()
    await eventually(child.is_home)


async def test_given_a_patient_at_the_pharmacy_when_the_prescription_is_taken_back_then_home(
    centre: Centre,
) -> None:
    child = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await child.examined()
    await child.prescribed(SYRUP)
    await child.completed()
    [rx] = await eventually(lambda: waiting(child))
    await child.room.post(f"{child.record}/prescriptions/{rx['id']}/cancel", WHY)
    await eventually(child.is_home)
    assert await debts(child, "prescription") == ["cancelled"]

    async def gone() -> bool:
        return await waiting(child) == []

    await eventually(gone)


async def test_given_a_rejected_prescription_when_unanswered_then_the_visit_does_not_end(
    centre: Centre,
) -> None:
    child = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await child.examined()
    await child.prescribed(SYRUP)
    [rx] = await eventually(lambda: waiting(child))
    pharmacist = await child.person("pharmacist")
    path = f"/pharmacy/api/prescriptions/{rx['id']}"
    await pharmacist.post(f"{path}/review", CHECKED | {"clinical": False})
    await pharmacist.post(f"{path}/reject", {"reason": "Dosis terlalu tinggi"})

    async def told() -> bool:
        [sent] = (await child.room.get(child.record))["prescriptions"]
        return bool(sent["reason"] == "Dosis terlalu tinggi")

    await eventually(told)
    done = {"icd10": ["J06.9"], "care_categories": ["curative"], "disposition": "home"}
    refused = await child.room.send("POST", f"{child.record}/complete", done)
    assert (refused.status, refused.code) == (409, "obligations_open")
    await child.room.post(f"{child.record}/prescriptions/{rx['id']}/cancel", WHY)
    await child.completed()
    await eventually(child.is_home)
