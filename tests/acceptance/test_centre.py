"""What the procedures say of the centre itself: its decree, its units, whom it serves."""

from typing import Any

import pytest

from tests.acceptance.registration_steps import EAST, R, born, on_worklist, patient, visit
from tests.kit.centre import Centre


@pytest.mark.requirement("DR-1/2/3/4")
def test_the_profile_names_scope_procedure_and_decree(centre: Centre) -> None:
    procedure = centre.house.profiles["dharma_rini"].procedure
    assert procedure.number == "SOP/1036/2024"
    assert "800/881 Tahun 2024" in str(procedure.decree)
    assert any("2015/2023" in reference for reference in procedure.references)
    assert "datang sampai pasien/pelanggan pulang" in procedure.scope


@pytest.mark.requirement("DR-8/9")
async def test_every_unit_of_the_procedure_is_there_and_a_patient_has_a_medical_record(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk")
    units = {unit["unit"]: unit["kind"] for unit in await clerk.get(f"{R}/units")}
    named = {"pendaftaran": "desk", "klaster1": "management", "klaster4": "clinical"}
    named |= {"kia": "clinical", "anak": "clinical", "persalinan": "delivery"}  # klaster 2
    named |= {"lab": "lab", "apotik": "pharmacy"}  # lintas klaster
    assert named.items() <= units.items()
    first, second = [await patient(clerk, born(years=30)) for _ in range(2)]
    assert first["mrn"]
    assert first["mrn"] != second["mrn"]


@pytest.mark.requirement("JB-1.1–1.3")
@pytest.mark.parametrize(
    "age", [{"days": 0}, {"months": 30}, {"years": 12}, {"years": 80}], ids=str
)
async def test_a_patient_of_any_age_gets_number_record_and_place_from_registration(
    centre: Centre, age: dict[str, Any]
) -> None:
    clerk = await centre.client("clerk", "jatibaru")
    someone = await patient(clerk, born(**age, zone=EAST))
    opened = await visit(clerk, someone["id"])
    assert someone["mrn"]
    assert opened["ticket_no"].startswith("A-")
    line = await on_worklist(centre, "jatibaru", opened["unit"], opened["id"])
    assert (line["mrn"], line["ticket_no"]) == (someone["mrn"], opened["ticket_no"])
