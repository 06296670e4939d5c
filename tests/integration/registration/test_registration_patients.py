"""Patients over HTTP on both databases: registered once, found again, warned of, never lost."""

import asyncio

import pytest

from contracts.registration import PatientRegisteredV1
from tests.integration.registration.desk import Desk, new_patient, register
from tests.kit.rooms import good


async def test_a_new_patient_gets_a_record_number_and_is_announced(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
    assert (patient["mrn"], patient["existing"], patient["warnings"]) == ("00-00-01", False, [])
    event = (await desk.published_of(PatientRegisteredV1))[0]
    assert (str(event.patient_id), event.mrn) == (patient["id"], "00-00-01")


async def test_two_desks_that_register_one_nik_get_one_patient(desk: Desk) -> None:
    async with desk.person() as clerk:
        answers = await asyncio.gather(
            *(clerk.post("/api/patients", json=new_patient()) for _ in range(8))
        )
        bodies = [good(answer) for answer in answers]
        other = await register(clerk, nik="3323011203850002", birth_date="1985-03-12", sex="M")
    assert len({body["id"] for body in bodies}) == 1
    assert sum(not body["existing"] for body in bodies) == 1
    assert other["mrn"] > bodies[0]["mrn"], "numbers of those who were refused may be missing"
    assert len(await desk.published_of(PatientRegisteredV1)) == 2


async def test_the_same_nik_at_another_centre_is_another_patient(desk: Desk) -> None:
    async with desk.person() as here, desk.person(facility="tarik2") as there:
        one, other = await register(here), await register(there)
        assert one["id"] != other["id"]
        assert (await there.get(f"/api/patients/{one['id']}")).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"nik": "3323015809250001"},
        {"mrn": "00-00-01"},
        {"jkn_card": "0001234567890"},
        {"name": "aisyah", "birth_date": "2025-09-18"},
        {"name": "AISYAH nur", "birth_date": "2025-09-18"},
    ],
)
async def test_a_returning_patient_is_found(desk: Desk, wanted: dict[str, str]) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk, jkn_card="0001234567890")
        await register(clerk, full_name="Bagas", nik="3323011809250002", sex="M")
        found = good(await clerk.post("/api/patients/search", json=wanted))
    assert [row["id"] for row in found] == [patient["id"]]
    assert len(await desk.audited("patient.read")) == 1


@pytest.mark.parametrize("name", ["100%", "_", "a%"])
async def test_signs_of_the_database_are_no_wildcards(desk: Desk, name: str) -> None:
    async with desk.person() as clerk:
        await register(clerk)
        wanted = {"name": name, "birth_date": "2025-09-18"}
        assert good(await clerk.post("/api/patients/search", json=wanted)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": "332301580925000"}, "nik"),
        ({"nik": "33230158092500O1"}, "nik"),
        ({"nik": None}, "nik_absent_reason"),
        ({"jkn_card": "123"}, "jkn_card"),
        ({"birth_date": "2099-01-01"}, "birth_date"),
        ({"birth_date": "18/09/2025"}, "birth_date"),
        ({"birth_date": 1700000000}, "birth_date"),
        ({"sex": "X"}, "sex"),
        ({"full_name": "   "}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"weight": 3}, "weight"),
    ],
)
async def test_bad_input_is_refused_at_its_field(
    desk: Desk, changes: dict[str, object], field: str
) -> None:
    async with desk.person() as clerk:
        answer = await clerk.post("/api/patients", json=new_patient(**changes))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await desk.published_of(PatientRegisteredV1) == []


async def test_a_nik_that_says_something_else_warns_and_does_not_block(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk, sex="M", birth_date="2025-09-19")
    assert patient["warnings"] == ["nik_birth_date", "nik_sex"]


async def test_a_newborn_without_nik_is_registered_with_the_reason(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk, nik=None, nik_absent_reason="bayi baru lahir")
    assert patient["nik_absent_reason"] == "bayi baru lahir"
    assert (await desk.published_of(PatientRegisteredV1))[0].nik_absent_reason == "bayi baru lahir"


async def test_the_same_command_sent_twice_registers_once(desk: Desk) -> None:
    body = new_patient(nik=None, nik_absent_reason="lupa membawa KTP")
    async with desk.person() as clerk:
        headers = {"Idempotency-Key": "one"}
        first = good(await clerk.post("/api/patients", json=body, headers=headers))
        second = good(await clerk.post("/api/patients", json=body, headers=headers))
    assert first == second
    assert len(await desk.published_of(PatientRegisteredV1)) == 1
