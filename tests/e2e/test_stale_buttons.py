"""What another room has done takes its buttons away here too, without a reload."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e import rooms
from tests.kit import Centre
from tests.kit.journey import Journey

pytestmark = pytest.mark.mode("embedded")


class Desk:
    """A journey done elsewhere, and screens that only look on."""

    def __init__(self, browser: Browser, centre: Centre) -> None:
        self.browser, self.centre, self.journey = browser, centre, Journey(centre)

    async def screen(self, role: str, path: str) -> Page:
        person = await rooms.sign_in(self.browser, self.centre.address, role)
        page = await person.context.new_page()
        async with page.expect_response(lambda answer: answer.url.endswith("/live")):
            await page.goto(self.centre.address + path)
        return page


@pytest.fixture
async def desk(browser: Browser, centre: Centre) -> AsyncIterator[Desk]:
    yield Desk(browser, centre)
    for context in browser.contexts:
        await context.close()  # open streams would hold up the centre's end


async def test_a_visit_that_a_room_has_called_cannot_be_cancelled_any_more(desk: Desk) -> None:
    await desk.journey.arrive()
    page = await desk.screen("clerk", f"/registration/visits/{desk.journey.visit}")
    await expect(page.locator("#cancel")).to_be_visible()
    await desk.journey.examine()
    await expect(page.locator("#cancel")).to_have_count(0)


async def test_a_visit_that_was_closed_says_so_and_leaves_no_button(desk: Desk) -> None:
    journey = desk.journey
    await journey.arrive()
    room = await desk.screen("midwife", f"/clinical/encounters/{journey.visit}")
    await expect(room.locator("h1", has_text=journey.name)).to_be_visible()
    visit = f"/registration/api/visits/{journey.visit}"
    await journey.do("clerk", f"{visit}/cancel", {"reason": "Pulang sendiri"})
    await expect(room.get_by_text("Kunjungan ini sudah selesai")).to_be_visible()
    await expect(room.locator("main > .stack").get_by_role("button")).to_have_count(0)


async def test_the_room_and_the_counter_follow_to_the_end(desk: Desk) -> None:
    journey = desk.journey
    await journey.arrive()
    await journey.examine()
    room = await desk.screen("midwife", f"/clinical/encounters/{journey.visit}")
    await room.get_by_label("Diagnosis (ICD-10)").fill("D50.9")  # being filled in from now on
    end = room.locator("form[action$='/complete'] button")
    await expect(end).to_be_enabled()
    await journey.request_lab()
    await expect(end).to_be_disabled()
    await journey.result()
    await expect(end).to_be_enabled()
    await expect(room.get_by_label("Diagnosis (ICD-10)")).to_have_value("D50.9")
    await room.get_by_label("Diagnosis (ICD-10)").fill("")

    await journey.prescribe()
    await journey.soon("pharmacist", f"/pharmacy/api/prescriptions/{journey.rx}/review", CHECKS)
    counter = await desk.screen("pharmacist", f"/pharmacy/prescriptions/{journey.rx}")
    await expect(counter.get_by_role("button", name="Obat sudah disiapkan")).to_be_visible()
    await journey.do("pharmacist", f"/pharmacy/api/prescriptions/{journey.rx}/prepare")
    await expect(counter.get_by_role("button", name="Serahkan obat")).to_be_visible()

    await room.get_by_role("heading", name="Tata laksana selesai").click()  # nothing is typed in
    await journey.complete()
    await expect(end).to_have_count(0)
    await expect(room.get_by_text("Pelayanan di unit ini selesai")).to_be_visible()


async def test_the_next_form_of_a_complaint_follows_what_somebody_else_did(desk: Desk) -> None:
    journey, said = desk.journey, {"channel": "wa", "text": "Tidak dipanggil"}
    new = await journey.do("complaints_officer", "/complaints/api/complaints", said)
    page = await desk.screen("complaints_officer", f"/complaints/complaints/{new['id']}")
    history = page.get_by_label("Riwayat kasus")
    await history.fill("Nomor ter")  # being filled in from now on
    known = dict.fromkeys(("reporter_name", "history", "location", "officer_on_duty"), "Ada")
    await journey.do("head", f"/complaints/api/complaints/{new['id']}/details", known)
    await expect(page.get_by_text("Rincian lengkap")).to_be_visible()
    await expect(history).to_have_value("Nomor ter")
    await history.fill("")
    await page.get_by_role("heading", name="Lengkapi rincian").click()  # nothing is typed in
    await expect(page.get_by_role("button", name="Sampaikan ke unit")).to_be_visible()
    await expect(history).to_have_count(0)


CHECKS = {"administrative": True, "pharmaceutical": True, "clinical": True}
