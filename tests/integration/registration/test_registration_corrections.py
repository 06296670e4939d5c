"""What is known of a patient is put right: under its version, told to the rooms in its order."""

from typing import Any

import httpx
import pytest

from contracts.registration import PatientRegisteredV1, PatientUpdatedV1
from tests.integration.registration.desk import Desk, new_patient, register, visit_of
from tests.kit.rooms import good, page

RIGHT = {"full_name": "Aisyah  Nurani", "village_code": "3323012001", "jkn_card": "0001234567890"}


async def correct(client: httpx.AsyncClient, patient: Any, **changes: Any) -> httpx.Response:
    return await client.put(
        f"/api/patients/{patient['id']}",
        json=new_patient(**changes),
        headers={"If-Match": f'"{patient["version"]}"'},
    )


async def test_corrected_facts_are_kept_found_and_told(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        corrected = good(await correct(clerk, patient, **RIGHT))
        wanted = {"name": "aisyah nurani", "birth_date": patient["birth_date"]}
        found = good(await clerk.post("/api/patients/search", json=wanted))
    assert (corrected["full_name"], corrected["version"]) == ("Aisyah Nurani", 2)
    assert corrected["mrn"] == patient["mrn"]
    assert [row["village_code"] for row in found] == ["3323012001"]
    (first,), (event,) = (
        await desk.published_of(PatientRegisteredV1),
        await desk.published_of(PatientUpdatedV1),
    )
    assert (event.partitionkey, event.mrn) == (first.partitionkey, first.mrn)
    assert (event.full_name, event.village_code) == ("Aisyah Nurani", "3323012001")
    (audited,) = await desk.audited("patient.correct")
    assert audited.detail == "full_name, jkn_card, name_key, village_code"


async def test_what_was_right_already_is_not_told_again(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        assert good(await correct(clerk, patient))["version"] == 1
    assert await desk.published_of(PatientUpdatedV1) == []


async def test_a_correction_of_an_older_picture_changes_nothing(desk: Desk) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        good(await correct(clerk, patient, **RIGHT))
        stale = await correct(clerk, patient, full_name="Orang Lain")
        now = good(await clerk.get(f"/api/patients/{patient['id']}"))
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert now["full_name"] == "Aisyah Nurani"
    assert len(await desk.published_of(PatientUpdatedV1)) == 1


async def test_a_newborn_gets_the_nik_under_the_same_record_number(desk: Desk) -> None:
    async with desk.person() as clerk:
        baby = await register(clerk, nik=None, nik_absent_reason="bayi baru lahir")
        named = good(await correct(clerk, baby))
        again = await register(clerk)
    assert (named["nik"], named["nik_absent_reason"]) == ("3323015809250001", None)
    assert (again["id"], again["existing"]) == (baby["id"], True)


async def test_the_nik_of_another_patient_is_refused_and_the_other_is_named(desk: Desk) -> None:
    async with desk.person() as clerk:
        other = await register(clerk)
        patient = await register(clerk, nik=None, nik_absent_reason="lupa")
        refused = await correct(clerk, patient)
    assert (refused.status_code, refused.json()["code"]) == (409, "nik_taken")
    assert other["mrn"] in refused.json()["detail"]
    assert refused.json()["errors"][0]["field"] == "nik"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": "12"}, "nik"),
        ({"nik": None}, "nik_absent_reason"),
        ({"birth_date": "2099-01-01"}, "birth_date"),
        ({"mrn": "00-00-99"}, "mrn"),
    ],
)
async def test_bad_input_is_refused_at_its_field(
    desk: Desk, changes: dict[str, object], field: str
) -> None:
    async with desk.person() as clerk:
        patient = await register(clerk)
        answer = await correct(clerk, patient, **changes)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_another_centre_and_another_role_correct_nobody(desk: Desk) -> None:
    async with desk.person() as clerk, desk.person(facility="tarik2") as there:
        patient = await register(clerk)
        foreign = await correct(there, patient, **RIGHT)
    async with desk.person("nurse") as nurse:
        room = await correct(nurse, patient, **RIGHT)
    assert (foreign.status_code, room.status_code) == (404, 403)


async def test_the_desk_corrects_on_the_page_of_the_patient(desk: Desk) -> None:
    async with desk.person() as clerk:
        visit = await visit_of(clerk)
        path = f"/desk/patients/{visit['patient_id']}"
        before = await page(clerk, path)
        form = new_patient(**RIGHT) | {"version": "1", "idempotency_key": "k"}
        answer = await clerk.post(path, data=form)
        after, journey = await page(clerk, path), await page(clerk, f"/visits/{visit['id']}")
    assert 'value="Aisyah Nuraini"' in before
    assert answer.status_code == 303
    assert "Aisyah Nurani" in after
    assert "Aisyah Nurani" in journey
    assert f'href="/registration{path}"' in journey
