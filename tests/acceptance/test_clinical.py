"""What the procedures ask of the care rooms, through a whole running centre."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.registration_steps import born, on_worklist, patient, visit
from tests.kit.centre import Centre, Client
from tests.kit.waiting import eventually

HAEMOGLOBIN = "718-7"
WEIGHT, LENGTH, TEMPERATURE = "29463-7", "8306-3", "8310-5"
DONE = {"icd10": ["J06.9"], "care_categories": ["curative"], "disposition": "home"}


@dataclass
class Guest:
    """A patient whom a room has called but not yet identified."""

    said: dict[str, str]
    visit_id: str
    unit: str
    room: Client

    @property
    def record(self) -> str:
        return f"/clinical/api/encounters/{self.visit_id}"

    async def identified(self) -> None:
        assert (await self.room.post(f"{self.record}/identity", self.said))["match"] is True

    async def examined(self) -> None:
        await self.identified()
        seen = {WEIGHT: 8.4, TEMPERATURE: 38.2}
        body = {"complaint": "Demam tiga hari", "observations": seen}
        await self.room.post(f"{self.record}/assessment", body)


async def arrived(
    centre: Centre, facility: str, birth_date: str, sex: str = "F", **how: Any
) -> Guest:
    """Given a patient registered at the desk, who stands on the worklist of the unit."""
    desk, room = await centre.client("clerk", facility), await centre.client("midwife", facility)
    said = {"full_name": f"Siti Rahayu {uuid4().hex[:6]}", "birth_date": birth_date}
    who = await patient(desk, birth_date, full_name=said["full_name"], sex=sex)
    opened = await visit(desk, who["id"], **how)
    line = await on_worklist(centre, facility, opened["unit"], opened["id"])
    return Guest(said, opened["id"], line["unit"], room)


async def called(centre: Centre, facility: str, birth_date: str, **how: Any) -> Guest:
    guest = await arrived(centre, facility, birth_date, **how)
    call = await guest.room.post("/clinical/api/worklist/call-next", {"unit": guest.unit})
    assert call["visit_id"] == guest.visit_id
    return guest


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
    await released(centre, "dharma_rini", child, await ordered(centre, "dharma_rini", child))
    other = await arrived(centre, "dharma_rini", born(months=20))
    assert (other.unit, child.unit) == ("anak", "anak")

    async def back() -> Any:
        listed = await child.room.get("/clinical/api/worklist?unit=anak")
        return [line["visit_id"] for line in listed] == [child.visit_id, other.visit_id]

    await eventually(back)


async def ordered(centre: Centre, facility: str, guest: Guest) -> str:
    slip = await guest.room.post(f"{guest.record}/lab-requests", {"tests": [HAEMOGLOBIN]})
    return str(slip["id"])


async def released(centre: Centre, facility: str, guest: Guest, order_id: str) -> None:
    """When the laboratory works through the order."""
    analyst = await centre.client("analyst", facility)
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
    await mother.examined()
    order_id = await ordered(centre, "dharma_rini", mother)
    await released(centre, "dharma_rini", mother, order_id)
    await on_worklist(centre, "dharma_rini", "kia", mother.visit_id)
    await read(mother, order_id)
    item = {"drug_code": "fe_folate", "dose": "1 tablet", "frequency": "1 x sehari"}
    rx = {"items": [item | {"days": 30, "quantity": 30}]}
    await mother.room.post(f"{mother.record}/prescriptions", rx)
    await mother.room.post(f"{mother.record}/complete", DONE)
    desk = await centre.client("clerk")

    async def way() -> Any:
        routes = (await desk.get(f"/registration/api/visits/{mother.visit_id}"))["routes"]
        return [move["to_unit"] for move in routes] == ["kia", "lab", "kia", "apotik"]

    await eventually(way)


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
    await eventually(lambda: completed(centre, "kertosari", child))


async def completed(centre: Centre, facility: str, guest: Guest) -> bool:
    desk = await centre.client("clerk", facility)
    record = await desk.get(f"/registration/api/visits/{guest.visit_id}")
    return bool(record["state"] == "completed")


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
    await adult.examined()
    order_id = await ordered(centre, "klungkung2", adult)
    outstanding = await adult.room.send("POST", f"{adult.record}/complete", DONE)
    assert (outstanding.status, outstanding.code) == (409, "obligations_open")
    await released(centre, "klungkung2", adult, order_id)
    await on_worklist(centre, "klungkung2", adult.unit, adult.visit_id)
    await read(adult, order_id)
    assert not await completed(centre, "klungkung2", adult)
    await adult.room.post(f"{adult.record}/complete", DONE)
    await eventually(lambda: completed(centre, "klungkung2", adult))
