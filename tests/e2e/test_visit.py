"""The visit of the Dharma Rini procedure, walked through the rooms' pages as people see them."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e import rooms
from tests.kit import Centre

NAME = "Nadia Prameswari"
BORN = date(2025, 9, 22)
#: A change is on every other screen within one second, without a reload.
WITHIN = 1000


class Screens:
    """One screen a room, all open at once; what a page says wrong in its console is kept."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []

    async def open(self, role: str, path: str) -> Page:
        person = await rooms.sign_in(self.browser, self.address, role)
        page = await person.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        async with page.expect_response(lambda answer: answer.url.endswith("/live")):
            await page.goto(self.address + path)
        return page


@pytest.fixture
async def screens(browser: Browser, centre: Centre) -> AsyncIterator[Screens]:
    screens = Screens(browser, centre.address)
    yield screens
    for context in browser.contexts:
        await context.close()  # open streams would hold up the centre's end
    assert screens.faults == []


async def reloads_are_counted(page: Page) -> None:
    await page.evaluate("window.stillHere = true")


async def was_not_reloaded(page: Page) -> bool:
    return bool(await page.evaluate("window.stillHere === true"))


async def test_a_child_walks_from_the_machine_to_the_pharmacy(screens: Screens) -> None:
    machine = await rooms.sign_in(screens.browser, screens.address, "queue_machine")
    desk = await screens.open("clerk", "/registration/desk")
    unit = await screens.open("midwife", "/clinical/units/anak")
    bench = await screens.open("analyst", "/lab/")
    counter = await screens.open("pharmacist", "/pharmacy/")

    ticket = await rooms.take_ticket(await machine.open("/registration/machine"))
    await rooms.call_number(desk, ticket)
    await rooms.register_child(desk, NAME, BORN)
    await reloads_are_counted(unit)
    await rooms.open_visit(desk)
    await expect(unit.get_by_role("link", name=NAME)).to_be_visible(timeout=WITHIN)
    assert await was_not_reloaded(unit)

    await unit.get_by_role("button", name="Panggil berikutnya").click()
    await rooms.identify(unit, NAME, BORN)
    await rooms.assess(unit)
    await reloads_are_counted(bench)
    await rooms.ask_haemoglobin(unit)
    await expect(bench.get_by_role("link", name=NAME)).to_be_visible(timeout=WITHIN)
    assert await was_not_reloaded(bench)
    await expect(unit.get_by_role("button", name="Selesai: 1 permintaan")).to_be_disabled()

    await rooms.work_up(bench, NAME)
    await expect(unit.get_by_text("Pasien kembali")).to_be_visible(timeout=WITHIN)
    await unit.get_by_role("button", name="Panggil berikutnya").click()
    await rooms.identify(unit, NAME, BORN)
    await unit.get_by_role("button", name="Sudah saya baca").click()
    await expect(unit.get_by_text("Hasil sudah dibaca")).to_be_visible()
    await rooms.prescribe(unit)
    await reloads_are_counted(counter)
    await rooms.conclude(unit)
    await expect(counter.get_by_role("link", name=NAME)).to_be_visible(timeout=WITHIN)
    assert await was_not_reloaded(counter)

    await rooms.dispense(counter, NAME, BORN)
    await expect(desk.locator("#leave"), "the visit is over").to_have_count(0, timeout=WITHIN)
    await expect(desk.get_by_text("Pulang", exact=True)).to_be_visible()
    await expect(desk.locator(".chip", has_text="Selesai").first).to_be_visible(timeout=WITHIN)


async def test_the_display_calls_a_number_and_shows_no_name(screens: Screens) -> None:
    machine = await rooms.sign_in(screens.browser, screens.address, "queue_machine")
    display = await screens.open("display", "/registration/display")
    desk = await screens.open("clerk", "/registration/desk")
    ticket = await rooms.take_ticket(await machine.open("/registration/machine"))
    await rooms.call_number(desk, ticket)
    await expect(display.locator("[data-call]")).to_have_text(ticket, timeout=WITHIN)
    await rooms.register_child(desk, NAME, BORN)
    await rooms.open_visit(desk)
    await expect(display.locator("[data-call]")).to_have_text(ticket)
    assert NAME not in await display.content()


async def test_a_refusal_is_told_in_the_readers_language(screens: Screens) -> None:
    desk = await screens.open("clerk", "/registration/desk")
    await desk.keyboard.press("d")
    await expect(desk.locator(".hint").first).to_have_text("Wajib diisi.")
    await desk.get_by_role("link", name="English").click()
    await expect(desk.locator("html")).to_have_attribute("lang", "en")
    await desk.wait_for_load_state()
    await desk.keyboard.press("d")
    await expect(desk.locator(".hint").first).to_have_text("Required.")
