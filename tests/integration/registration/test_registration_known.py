"""A patient who is known already is offered, and numbers that fit two people are not guessed."""

from tests.integration.registration.desk import Desk, new_patient, register
from tests.kit.rooms import good, page

CARD = "0001234567890"


async def test_a_known_nik_answers_with_its_patient_and_what_was_typed_otherwise(
    desk: Desk,
) -> None:
    async with desk.person() as clerk:
        first = await register(clerk)
        same = await register(clerk)
        other = await register(clerk, full_name="Bagas", sex="M")
    assert (same["id"], same["existing"], same["differing"]) == (first["id"], True, [])
    assert (other["id"], other["full_name"]) == (first["id"], first["full_name"])
    assert other["differing"] == ["full_name", "sex"]


async def test_the_desk_is_shown_the_known_patient_and_may_still_register_the_other(
    desk: Desk,
) -> None:
    async with desk.person() as clerk:
        await register(clerk)
        form = new_patient(full_name="Bagas Saputra", sex="M")
        answer = await clerk.post("/desk/patients", data=form | {"idempotency_key": "1"})
        shown = await page(clerk, answer.headers["location"].removeprefix("/registration"))
        without = form | {"nik": "", "nik_absent_reason": "NIK tercatat pada orang lain"}
        another = await clerk.post("/desk/patients", data=without | {"idempotency_key": "2"})
        second = await page(clerk, another.headers["location"].removeprefix("/registration"))
    assert "NIK ini sudah terdaftar" in shown
    assert "nama lengkap, jenis kelamin" in shown
    assert "Aisyah Nuraini" in shown
    assert "Bagas Saputra" in second
    assert "NIK ini sudah terdaftar" not in second


async def test_a_card_of_two_patients_finds_both_and_warns(desk: Desk) -> None:
    async with desk.person() as clerk:
        one = await register(clerk, jkn_card=CARD)
        two = await register(
            clerk, nik=None, nik_absent_reason="lupa", full_name="Bagas", jkn_card=CARD
        )
        found = good(await clerk.post("/api/patients/search", json={"jkn_card": CARD}))
        shown = await clerk.post("/desk/find", data={"jkn_card": CARD})
        warned = await page(clerk, f"/desk/patients/{one['id']}")
    assert [row["id"] for row in found] == [one["id"], two["id"]]
    assert "2 pasien cocok" in shown.text
    assert f"RM {two['mrn']}: periksa nomornya" in warned


async def test_the_machine_does_not_guess_whose_card_it_is(desk: Desk) -> None:
    async with desk.person(facility="jatibaru") as clerk:
        await register(clerk, jkn_card=CARD)
        await register(clerk, nik=None, nik_absent_reason="lupa", full_name="Bagas", jkn_card=CARD)
    async with desk.person("queue_machine", facility="jatibaru") as machine:
        refused = await machine.post("/api/tickets", json={"jkn_card": CARD})
        ticket = good(await machine.post("/api/tickets", json={}))
    assert (refused.status_code, refused.json()["code"]) == (409, "patient_ambiguous")
    assert "mendaftar di loket" in refused.json()["detail"]
    assert ticket["state"] == "issued"


async def test_a_search_that_says_too_little_keeps_the_page_and_says_what_is_missing(
    desk: Desk,
) -> None:
    browser = {"Accept": "text/html"}
    async with desk.person() as clerk:
        answer = await clerk.post("/desk/find", data={"name": "Aisyah"}, headers=browser)
        program = await clerk.post("/desk/find", data={"name": "Aisyah"})
        nobody = await clerk.post("/desk/find", data={"mrn": "00-99-99"}, headers=browser)
    assert (answer.status_code, program.status_code) == (422, 422)
    assert program.json()["errors"][0]["field"] == "birth_date"
    assert "atau nama bersama tanggal lahir." in answer.text
    assert 'value="Aisyah"' in answer.text
    assert "Tidak ditemukan" in nobody.text
