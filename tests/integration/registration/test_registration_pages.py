"""The pages of registration as a browser without script gets them."""

import re

import pytest

from chassis.auth import passwords
from services.registration.use_cases import create_account
from tests.integration.registration.desk import Desk, new_patient, register, visit_of
from tests.kit.rooms import good, page

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_page_is_shown_in_both_languages(desk: Desk, language: str) -> None:
    async with desk.person() as clerk:
        clerk.cookies.set("alur_language", language)
        visit = await visit_of(clerk, sex="M")
        ticket = good(await clerk.post("/api/tickets", json={}))
        good(await clerk.post("/api/tickets/call-next", json={}))
        for path in (
            "/",
            "/desk",
            f"/desk?ticket={ticket['id']}",
            f"/desk/patients/{visit['patient_id']}",
            f"/visits/{visit['id']}",
            "/machine",
            f"/machine/tickets/{ticket['id']}",
            "/display",
            "/standard",
            "/sign-in",
            "/parts/desk",
            "/parts/display",
            "/parts/summary",
            "/parts/summary?unit=anak",
            f"/parts/visits/{visit['id']}",
        ):
            html = await page(clerk, path)
            assert "style=" not in html
            assert not re.search(r"<script(?! src)", html)


async def test_the_desk_works_with_forms_alone(desk: Desk) -> None:
    async with desk.person() as clerk:
        good(await clerk.post("/api/tickets", json={}))
        called = await clerk.post("/desk/call-next", data={"idempotency_key": "k1"})
        assert called.status_code == 303
        ticket = called.headers["location"].partition("ticket=")[2]
        found = await clerk.post(f"/desk/find?ticket={ticket}", data={"nik": "3323015809250001"})
        assert "Tidak ditemukan" in found.text
        registered = await clerk.post(
            f"/desk/patients?ticket={ticket}", data=new_patient() | {"idempotency_key": "k2"}
        )
        place = registered.headers["location"].removeprefix("/registration")
        patient_id = place.partition("?")[0].rpartition("/")[2]
        assert "Aisyah Nuraini" in await page(clerk, place)
        opened = await clerk.post(
            "/desk/visits",
            data={
                "idempotency_key": "k3",
                "patient_id": patient_id,
                "ticket_id": ticket,
                "payer": "general",
                "mode": "walk_in",
                "documents": ["kk", "buku_kia"],
            },
        )
        assert opened.status_code == 303, opened.text
        journey = await page(clerk, opened.headers["location"].removeprefix("/registration"))
    assert "A-001" in journey
    assert "Pemeriksaan Anak" in journey


async def test_a_refused_form_says_which_field_and_keeps_nothing(desk: Desk) -> None:
    async with desk.person() as clerk:
        answer = await clerk.post("/desk/patients", data=new_patient(nik="12"), headers=HTML)
    assert answer.status_code == 422
    assert "nik" in answer.text


async def test_names_are_written_as_text_never_as_markup(desk: Desk) -> None:
    async with desk.person() as clerk:
        refused = await clerk.post(
            "/api/patients", json=new_patient(full_name="<script>x</script>")
        )
        assert refused.status_code == 422
        patient = await register(clerk, full_name='Siti & Co "x"')
        html = await page(clerk, f"/desk/patients/{patient['id']}")
    assert "Siti &amp; Co &#34;x&#34;" in html


async def account(desk: Desk, role: str = "clerk") -> None:
    async with desk.work() as work:
        await create_account(
            work,
            username="Wati",
            name="Wati",
            password_hash=passwords.hash("rahasia-sekali"),
            roles=[role],
            units=["*"],
        )


async def test_signing_in_sets_a_cookie_that_opens_the_pages(desk: Desk) -> None:
    await account(desk)
    async with desk.stranger() as browser:
        away = await browser.get("/desk", headers=HTML)
        assert away.status_code == 303
        assert "/sign-in?next=" in away.headers["location"]
        form = {"username": "wati", "password": "rahasia-sekali"}
        answer = await browser.post("/sign-in", params={"next": "//evil.example"}, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/registration/")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "Loket pendaftaran" in await page(browser, "/desk")
        await browser.post("/sign-out")
        assert (await browser.get("/desk", headers=HTML)).status_code == 303


async def test_a_display_begins_at_its_own_page(desk: Desk) -> None:
    await account(desk, "display")
    async with desk.stranger() as browser:
        answer = await browser.post(
            "/sign-in", data={"username": "wati", "password": "rahasia-sekali"}
        )
    assert answer.headers["location"] == "/registration/display"


async def test_five_wrong_passwords_lock_the_account_for_a_minute(desk: Desk) -> None:
    await account(desk)
    async with desk.stranger() as stranger:
        wrong = {"username": "wati", "password": "salah"}
        for _ in range(5):
            refused = await stranger.post("/api/session", json=wrong)
            assert (refused.status_code, refused.json()["code"]) == (401, "wrong_password")
        right = {"username": "wati", "password": "rahasia-sekali"}
        locked = await stranger.post("/api/session", json=right)
        unknown = await stranger.post("/api/session", json=wrong | {"username": "siapa"})
    assert (locked.status_code, locked.json()["code"]) == (429, "account_locked")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "wrong_password")
    assert len(await desk.audited("session.refuse")) == 5


async def test_a_user_name_is_taken_once(desk: Desk) -> None:
    await account(desk)
    async with desk.work("tarik2") as work:
        again = await create_account(
            work, username="WATI", name="Wati", password_hash="x", roles=["clerk"]
        )
    assert again is False


async def test_the_standard_says_the_tariff_as_the_procedure_does_and_makes_nothing_up(
    desk: Desk,
) -> None:
    async with desk.person(facility="klungkung2") as clerk:
        priced = await page(clerk, "/standard")
    async with desk.person(facility="kertosari") as clerk:
        silent = await page(clerk, "/standard")
    assert "pelayanan di luar yang dijamin JKN: tarif menurut Peraturan Daerah" in priced
    assert "Pasien JKN: gratis" in priced
    assert silent.count("Tidak disebut dalam prosedur.") == 3
