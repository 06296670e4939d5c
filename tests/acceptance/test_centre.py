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


@pytest.mark.requirement("T2-PROD")
async def test_given_the_service_standard_when_read_then_the_product_is_listed(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    assert (await clerk.get(f"{R}/standard"))["products"] == ["Pelayanan Kesehatan"]
    page = await clerk.get("/registration/standard")
    for said in ("Pelayanan Kesehatan", "20 menit", "Tidak dipungut biaya", "Kotak saran"):
        assert said in page


@pytest.mark.requirement("KS-2/3/4")
async def test_given_kertosari_when_its_standard_is_read_then_purpose_decree_and_kmk_are_named(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "kertosari")
    said = (await clerk.get(f"{R}/standard"))["procedure"]
    assert said["purpose"] == "Sebagai acuan penerapan langkah-langkah pelayanan klaster 2"
    assert "188.4/617/429.112.10/2024" in said["decree"]
    assert said["references"] == ["KMK HK.01.07/MENKES/2015/2023"]
    page = await clerk.get("/registration/standard")
    assert all(text in page for text in (said["purpose"], said["decree"], *said["references"]))


@pytest.mark.requirement("JB-2/3/4")
async def test_given_jatibaru_when_its_standard_is_read_then_all_five_references_are_named(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "jatibaru")
    said = (await clerk.get(f"{R}/standard"))["procedure"]
    assert "komprehensif dan terintegrasi pada semua usia" in said["purpose"]
    assert "188.4/19/PKM-06/I/2024" in said["decree"]
    laws = ("67 Tahun 2015", "71 Tahun 2015", "43 Tahun 2019", "514/2015", "2015/2023")
    assert len(said["references"]) == len(laws)
    for law, reference in zip(laws, said["references"], strict=True):
        assert law in reference


@pytest.mark.requirement("JB-S")
async def test_given_the_three_officers_of_the_desk_then_each_does_their_own_work_only(
    centre: Centre,
) -> None:
    administration = await centre.client("clerk", "jatibaru")
    records = await centre.client("medical_record", "jatibaru")
    simpus = await centre.client("admin", "jatibaru")
    standard = await administration.get(f"{R}/standard")
    assert len(standard["procedure"]["staff"]) == 3
    someone = await patient(administration, born(years=30, zone=EAST))
    assert (await visit(administration, someone["id"]))["ticket_no"] == "A-001"
    assert (await records.get(f"{R}/patients/{someone['id']}"))["mrn"] == someone["mrn"]
    assert "Pesan" in await simpus.get("/registration/operations")
    assert (await simpus.send("GET", f"{R}/patients/{someone['id']}")).status == 403
    assert (await administration.send("GET", "/registration/operations")).status == 403
