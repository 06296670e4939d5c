"""What the procedures ask of the care rooms, through a whole running centre."""

from typing import Any

import pytest

from tests.acceptance.guest import ADULT, DONE, Guest, arrived, called
from tests.acceptance.registration_steps import born, on_worklist
from tests.kit.centre import Centre
from tests.kit.samples import HAEMOGLOBIN, LENGTH, SYRUP, TEMPERATURE, WEIGHT
from tests.kit.waiting import eventually


@pytest.mark.requirement("DR-5.4")
async def test_given_a_routed_patient_when_the_officer_takes_the_record_then_it_opens_audited(
    centre: Centre,
) -> None:
    guest = await arrived(centre, "dharma_rini", born(months=14))
    record = await guest.room.get(guest.record)
    assert record["patient"]["full_name"] == guest.said["full_name"]
    head = await centre.client("head")
    accesses = await head.get(f"/clinical/api/visits/{guest.visit_id}/accesses")
    opened = [entry for entry in accesses if entry["action"] == "record.opened"]
    assert [entry["actor"].split(";")[1] for entry in opened] == ["midwife"]


@pytest.mark.requirement("DR-5.4")
async def test_given_another_centre_when_its_officer_asks_then_there_is_no_such_record(
    centre: Centre,
) -> None:
    guest = await arrived(centre, "dharma_rini", born(months=14))
    stranger = await centre.client("midwife", "kertosari")
    assert (await stranger.send("GET", guest.record)).status == 404


@pytest.mark.requirement("DR-5.6")
async def test_given_a_lab_slip_of_the_child_unit_when_released_then_back_before_regular_numbers(
    centre: Centre,
) -> None:
    child = await called(centre, "dharma_rini", born(months=14))
    await child.examined()
    await released(child, await child.lab_requested())
    other = await arrived(centre, "dharma_rini", born(months=20))
    assert (other.unit, child.unit) == ("anak", "anak")

    async def back() -> Any:
        listed = await child.room.get("/clinical/api/worklist?unit=anak")
        return [line["visit_id"] for line in listed] == [child.visit_id, other.visit_id]

    await eventually(back)


async def released(guest: Guest, order_id: str) -> None:
    """When the laboratory works through the order."""
    analyst = await guest.person("analyst")
    path = f"/lab/api/orders/{order_id}"

    async def listed() -> bool:
        answer = await analyst.send("GET", path)
        return answer.status == 200 and answer.body["full_name"] is not None

    await eventually(listed)
    for step in ("accept", "collect", "receive"):
        await analyst.post(f"{path}/{step}")
    await analyst.post(f"{path}/results", {"values": {HAEMOGLOBIN: 10.9}})
    for step in ("validate", "release"):
        await analyst.post(f"{path}/{step}")


async def read(guest: Guest, order_id: str) -> None:
    async def returned() -> bool:
        record = await guest.room.get(guest.record)
        return bool(record["lab_requests"][0]["unread"])

    await eventually(returned)
    await guest.room.post(f"{guest.record}/results/{order_id}/read")


@pytest.mark.requirement("DR-5.8")
async def test_given_a_mother_with_a_lab_slip_when_released_then_she_is_back_in_kia_only(
    centre: Centre,
) -> None:
    mother = await called(centre, "dharma_rini", born(years=28), mode="maternity")
    assert mother.unit == "kia"
    await mother.examined(ADULT)
    order_id = await mother.lab_requested()
    await released(mother, order_id)
    await on_worklist(centre, "dharma_rini", "kia", mother.visit_id)
    await read(mother, order_id)
    await mother.prescribed("fe_folate", 30)
    await mother.completed()

    async def went_on() -> bool:
        return await mother.places() == ["kia", "lab", "kia", "apotik"]

    await eventually(went_on)


@pytest.mark.requirement("KS-1.2")
async def test_given_an_examined_child_when_no_kind_of_care_is_coded_then_it_cannot_end(
    centre: Centre,
) -> None:
    child = await called(centre, "kertosari", born(months=14))
    await child.examined()
    refused = await child.room.send(
        "POST", f"{child.record}/complete", DONE | {"care_categories": []}
    )
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "care_categories")
    kinds = ["promotive", "curative"]
    await child.room.post(f"{child.record}/complete", DONE | {"care_categories": kinds})
    await eventually(child.is_home)


@pytest.mark.requirement("KS-5.3")
async def test_given_another_name_or_birth_date_when_compared_then_the_assessment_is_blocked(
    centre: Centre,
) -> None:
    child = await called(centre, "kertosari", born(months=14))
    for wrong in ({"full_name": "Siti Rahmawati"}, {"birth_date": born(months=15)}):
        answer = await child.room.post(f"{child.record}/identity", child.said | wrong)
        assert answer["match"] is False
        blocked = await child.room.send(
            "POST", f"{child.record}/assessment", {"complaint": "Batuk"}
        )
        assert (blocked.status, blocked.code) == (409, "identity_not_verified")
    await child.identified()
    await child.room.post(f"{child.record}/assessment", {"complaint": "Batuk"})


@pytest.mark.requirement("KS-5.3")
async def test_given_a_patient_back_from_the_laboratory_when_called_then_identified_again(
    centre: Centre,
) -> None:
    child = await called(centre, "kertosari", born(months=14))
    await child.examined()
    await released(child, await child.lab_requested())
    await on_worklist(centre, "kertosari", child.unit, child.visit_id)
    await child.called()
    line = {"drug_code": SYRUP, "dose": "5 mL", "frequency": "3x", "days": 3, "quantity": 1}
    for step, body in (
        ("assessment", {"complaint": "Batuk"}),
        ("prescriptions", {"items": [line]}),
    ):
        blocked = await child.room.send("POST", f"{child.record}/{step}", body)
        assert (blocked.status, blocked.code) == (409, "identity_not_verified")
    await child.identified()
    await child.prescribed(SYRUP)


@pytest.mark.requirement("KS-5.4")
async def test_given_a_girl_of_14_months_when_measured_then_units_ranges_and_z_scores_are_kept(
    centre: Centre,
) -> None:
    girl = await called(centre, "kertosari", born(months=14))
    await girl.identified()
    wrong = {"complaint": "Kontrol", "observations": {WEIGHT: 8.4, TEMPERATURE: 83.2}}
    refused = await girl.room.send("POST", f"{girl.record}/assessment", wrong)
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == f"observations.{TEMPERATURE}"
    assert (await girl.room.get(girl.record))["assessments"] == []
    seen = {WEIGHT: 9.4, LENGTH: 76.4, TEMPERATURE: 36.8}
    body = {"complaint": "Kontrol", "history": "ASI sampai sekarang", "observations": seen}
    await girl.room.post(f"{girl.record}/assessment", body)
    (kept,) = (await girl.room.get(girl.record))["assessments"]
    units = {item["loinc"]: item["ucum"] for item in kept["observations"]}
    assert units == {WEIGHT: "kg", LENGTH: "cm", TEMPERATURE: "Cel"}
    scores = {score["index"]: score for score in kept["zscores"]}
    assert {*scores} == {"WAZ", "HAZ", "WHZ"}
    assert abs(scores["WAZ"]["z"]) < 0.15  # the median girl of 14 months weighs 9.4 kg
    assert scores["WAZ"]["band"] == "normal_weight"


@pytest.mark.requirement("K3-2.4")
async def test_given_an_adult_when_examined_then_the_complaint_is_kept_and_coded(
    centre: Centre,
) -> None:
    adult = await called(centre, "klungkung2", born(years=40))
    await adult.identified()
    silent = await adult.room.send("POST", f"{adult.record}/assessment", {"complaint": " "})
    assert (silent.status, silent.body["errors"][0]["field"]) == (422, "complaint")
    body = {"complaint": "Sakit kepala sejak kemarin", "complaint_code": "R51"}
    await adult.room.post(f"{adult.record}/assessment", body)
    (kept,) = (await adult.room.get(adult.record))["assessments"]
    assert (kept["complaint"], kept["complaint_code"]) == ("Sakit kepala sejak kemarin", "R51")


@pytest.mark.requirement("K3-2.7")
async def test_given_something_open_when_the_room_ends_then_the_patient_cannot_go_home_yet(
    centre: Centre,
) -> None:
    adult = await called(centre, "klungkung2", born(years=40))
    await adult.examined(ADULT)
    order_id = await adult.lab_requested()
    outstanding = await adult.room.send("POST", f"{adult.record}/complete", DONE)
    assert (outstanding.status, outstanding.code) == (409, "obligations_open")
    await released(adult, order_id)
    await on_worklist(centre, "klungkung2", adult.unit, adult.visit_id)
    await read(adult, order_id)
    assert not await adult.is_home()
    await adult.completed()
    await eventually(adult.is_home)
