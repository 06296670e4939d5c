"""What the procedures ask of the pharmacy, through a whole running centre."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.kit.centre import Centre
from tests.kit.waiting import eventually

FINDINGS = {
    "child": {"29463-7": 10.2, "8302-2": 79.0, "8310-5": 38.1},
    "adult": {"29463-7": 55.0, "8302-2": 158.0, "8310-5": 36.7},
}
DONE = {"icd10": ["Z30.4"], "care_categories": ["preventive"], "disposition": "home"}


@dataclass
class Patient:
    """A patient in a room, examined, not yet told to go home."""

    name: str
    born: date
    visit_id: str
    facility: str


async def examined(
    centre: Centre,
    unit: str,
    *,
    months: int,
    mode: str = "walk_in",
    facility: str = "dharma_rini",
) -> Patient:
    """Given a patient who was registered, called, identified and assessed in a unit."""
    clerk, room = await centre.client("clerk", facility), await centre.client("nurse", facility)
    born = date.today() - timedelta(days=round(months * 30.44))
    name = f"Pasien Farmasi {unit}"
    patient = await clerk.post(
        "/registration/api/patients",
        {"full_name": name, "birth_date": str(born), "sex": "F", "nik_absent_reason": "Belum ada"},
    )
    visit = await clerk.post(
        "/registration/api/visits", {"patient_id": patient["id"], "mode": mode, "payer": "general"}
    )
    encounter = f"/clinical/api/encounters/{visit['id']}"

    async def called() -> Any:
        answer = await room.send("POST", "/clinical/api/worklist/call-next", {"unit": unit})
        return answer.status == 200 and answer.body

    await eventually(called)
    said = {"full_name": name, "birth_date": str(born)}
    await room.post(f"{encounter}/identity", said)
    seen = FINDINGS["child" if months < 60 else "adult"]
    await room.post(f"{encounter}/assessment", {"complaint": "Demam", "observations": seen})
    return Patient(name, born, visit["id"], facility)


async def prescribe(centre: Centre, patient: Patient, drug_code: str, quantity: int) -> None:
    line = {"drug_code": drug_code, "dose": "1", "frequency": "1 x sehari", "days": 3}
    doctor = await centre.client("doctor", patient.facility)
    await doctor.post(
        f"/clinical/api/encounters/{patient.visit_id}/prescriptions",
        {"items": [line | {"quantity": quantity}]},
    )


async def go(centre: Centre, patient: Patient) -> None:
    doctor = await centre.client("doctor", patient.facility)
    await doctor.post(f"/clinical/api/encounters/{patient.visit_id}/complete", DONE)


async def waiting(centre: Centre, patient: Patient) -> list[dict[str, Any]]:
    """The patient's prescriptions at the pharmacy's counter."""
    pharmacist = await centre.client("pharmacist", patient.facility)
    listed = await pharmacist.get("/pharmacy/api/prescriptions?limit=100")
    return [rx for rx in listed if rx["visit_id"] == patient.visit_id]


async def hand_over(centre: Centre, patient: Patient) -> str:
    """When the pharmacist reviews, prepares and hands over the one prescription."""
    pharmacist = await centre.client("pharmacist", patient.facility)
    [rx] = await eventually(lambda: waiting(centre, patient))
    path = f"/pharmacy/api/prescriptions/{rx['id']}"
    checks = {"administrative": True, "pharmaceutical": True, "clinical": True}
    await pharmacist.post(f"{path}/review", checks)
    await pharmacist.post(f"{path}/prepare")
    said = {"full_name": patient.name, "birth_date": str(patient.born)}

    async def handed() -> bool:
        answer = await pharmacist.send(
            "POST", f"{path}/dispense", said | {"instructions_given": True}
        )
        assert answer.status == 200 or answer.code == "identity_unknown", answer.body
        return answer.status == 200

    await eventually(handed)
    return str(rx["id"])


async def state(centre: Centre, patient: Patient) -> dict[str, Any]:
    clerk = await centre.client("clerk", patient.facility)
    record: dict[str, Any] = await clerk.get(f"/registration/api/visits/{patient.visit_id}")
    return record


async def finished(centre: Centre, patient: Patient) -> bool:
    return bool((await state(centre, patient))["state"] == "completed")


async def places(centre: Centre, patient: Patient) -> list[str]:
    record = await state(centre, patient)
    return [move["to_unit"] for move in record["routes"]]


@pytest.mark.requirement("DR-5.7")
async def test_given_a_prescription_when_it_is_handed_over_then_the_visit_closes(
    centre: Centre,
) -> None:
    patient = await examined(centre, "anak", months=14)
    await prescribe(centre, patient, "paracetamol_120_syr", 1)
    await go(centre, patient)
    await eventually(lambda: waiting(centre, patient))
    assert not await finished(centre, patient)
    await hand_over(centre, patient)
    await eventually(lambda: finished(centre, patient))


@pytest.mark.requirement("DR-5.10")
@pytest.mark.parametrize("drug_code", ["kb_pill", "kb_condom"])
async def test_given_pill_or_condom_when_handed_over_then_the_patient_goes_home_without_return(
    centre: Centre, drug_code: str
) -> None:
    patient = await examined(centre, "kia", months=28 * 12, mode="maternity")
    await prescribe(centre, patient, drug_code, 1)
    await go(centre, patient)
    await hand_over(centre, patient)
    await eventually(lambda: finished(centre, patient))
    assert (await places(centre, patient))[-2:] == ["kia", "apotik"]


@pytest.mark.requirement("K3-2.6")
async def test_given_no_prescription_when_the_patient_goes_then_the_pharmacy_is_skipped(
    centre: Centre,
) -> None:
    patient = await examined(centre, "umum", months=30 * 12, facility="klungkung2")
    await go(centre, patient)
    await eventually(lambda: finished(centre, patient))
    assert await places(centre, patient) == ["umum"]
    assert await waiting(centre, patient) == []
