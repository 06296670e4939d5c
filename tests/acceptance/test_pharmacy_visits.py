"""What the procedures ask of the pharmacy, through a whole running centre."""

from typing import Any

import pytest

from tests.acceptance.guest import ADULT, Guest, called
from tests.acceptance.registration_steps import born
from tests.kit.centre import Centre
from tests.kit.samples import SYRUP
from tests.kit.waiting import eventually

CHECKED = {"administrative": True, "pharmaceutical": True, "clinical": True}


async def waiting(guest: Guest) -> list[dict[str, Any]]:
    """The patient's prescriptions at the pharmacy's counter."""
    pharmacist = await guest.person("pharmacist")
    listed = await pharmacist.get("/pharmacy/api/prescriptions?limit=100")
    return [rx for rx in listed if rx["visit_id"] == guest.visit_id]


async def hand_over(guest: Guest) -> str:
    """When the pharmacist reviews, prepares and hands over the one prescription."""
    pharmacist = await guest.person("pharmacist")
    [rx] = await eventually(lambda: waiting(guest))
    path = f"/pharmacy/api/prescriptions/{rx['id']}"
    await pharmacist.post(f"{path}/review", CHECKED)
    await pharmacist.post(f"{path}/prepare")

    async def handed() -> bool:
        answer = await pharmacist.send(
            "POST", f"{path}/dispense", guest.said | {"instructions_given": True}
        )
        assert answer.status == 200 or answer.code == "identity_unknown", answer.body
        return answer.status == 200

    await eventually(handed)
    return str(rx["id"])


@pytest.mark.requirement("DR-5.7")
async def test_given_a_prescription_when_it_is_handed_over_then_the_visit_closes(
    centre: Centre,
) -> None:
    patient = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await patient.examined()
    await patient.prescribed(SYRUP)
    await patient.completed()
    await eventually(lambda: waiting(patient))
    assert not await patient.is_home()
    await hand_over(patient)
    await eventually(patient.is_home)


async def test_given_a_prepared_prescription_nobody_can_hand_over_then_it_goes_back_to_the_room(
    centre: Centre,
) -> None:
    patient = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await patient.examined()
    await patient.prescribed(SYRUP)
    await patient.completed()
    pharmacist = await patient.person("pharmacist")
    [rx] = await eventually(lambda: waiting(patient))
    path = f"/pharmacy/api/prescriptions/{rx['id']}"
    await pharmacist.post(f"{path}/review", CHECKED)
    await pharmacist.post(f"{path}/prepare")
    await pharmacist.post(f"{path}/reject", {"reason": "Stok rusak"})

    async def told() -> bool:
        [sent] = (await patient.room.get(patient.record))["prescriptions"]
        return [sent["state"], sent["reason"]] == ["rejected", "Stok rusak"]

    async def back() -> bool:
        return (await patient.places())[-1] == "anak"

    await eventually(told)
    await eventually(back)
    assert await waiting(patient) == []


@pytest.mark.requirement("DR-5.10")
@pytest.mark.parametrize("drug_code", ["kb_pill", "kb_condom"])
async def test_given_pill_or_condom_when_handed_over_then_the_patient_goes_home_without_return(
    centre: Centre, drug_code: str
) -> None:
    patient = await called(centre, "dharma_rini", born(years=28), role="doctor", mode="maternity")
    await patient.examined(ADULT)
    await patient.prescribed(drug_code)
    await patient.completed()
    await hand_over(patient)
    await eventually(patient.is_home)
    assert (await patient.places())[-2:] == ["kia", "apotik"]


@pytest.mark.requirement("K3-2.6")
async def test_given_no_prescription_when_the_patient_goes_then_the_pharmacy_is_skipped(
    centre: Centre,
) -> None:
    patient = await called(centre, "klungkung2", born(years=30), role="doctor")
    await patient.examined(ADULT)
    await patient.completed()
    await eventually(patient.is_home)
    assert await patient.places() == ["umum"]
    assert await waiting(patient) == []
