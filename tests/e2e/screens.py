"""Takes the pictures in docs/screens: `python -m tests.e2e.screens`, on a centre of its own."""

import asyncio
import shutil
import tempfile
from datetime import date
from pathlib import Path
from uuid import uuid4

from playwright.async_api import Browser, Page, async_playwright, expect

from chassis.settings import Settings
from deploy.process import prepare
from tests.e2e import rooms
from tests.e2e.conftest import ARGUMENTS
from tests.integration.test_parked_notice import bodies, receive
from tests.kit.centre import Centre, run_centre

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
NAME, BORN = "Nadia Prameswari (demo)", date(2025, 9, 22)
#: Pages that stand by themselves: name, who looks, path.
PLAIN = (
    ("home", "admin", "/registration/"),
    ("machine", "queue_machine", "/registration/machine"),
    ("desk", "clerk", "/registration/desk"),
    ("units", "midwife", "/clinical/"),
    ("stock", "pharmacist", "/pharmacy/stock"),
    ("complaints", "complaints_officer", "/complaints/"),
    ("operations", "admin", "/registration/operations"),
)
KEPT = 150_000


class Camera:
    """Pictures of one size; long pages are cut, lists sooner."""

    def __init__(self, browser: Browser, address: str, *, phone: bool) -> None:
        self.browser, self.address, self.phone = browser, address, phone

    async def look(self, role: str, path: str, name: str, *, english: bool = False) -> None:
        person = await rooms.sign_in(self.browser, self.address, role, phone=self.phone)
        page = await person.open(path)
        if english:
            await page.get_by_role("link", name="English").click()
        await self.shoot(page, name, 1500 if self.phone else 900)
        await person.context.close()

    async def shoot(self, page: Page, name: str, most: int = 1500) -> None:
        await page.wait_for_timeout(700)  # the live parts of other rooms have come
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{name} scrolls sideways"
        height = min(await page.evaluate("document.documentElement.scrollHeight"), most)
        file = FOLDER / f"{name}{'-phone' if self.phone else ''}.png"
        size = page.viewport_size or {"width": 0, "height": 0}
        clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
        await page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]
        assert file.stat().st_size < KEPT, f"{file.name} is too large"


async def waiting_room(camera: Camera) -> None:
    """Some people before ours, so that lists are not empty."""
    machine = await rooms.sign_in(camera.browser, camera.address, "queue_machine")
    for choice in ("Biasa", "Lanjut usia", "Biasa"):
        page = await machine.open("/registration/machine")
        await page.get_by_role("button", name=choice).click()
        await page.wait_for_url("**/tickets/**")
    await machine.context.close()


async def visit(camera: Camera) -> None:
    """The visit, with a picture of every room on the way."""
    people = {}
    for role in ("clerk", "midwife", "analyst", "pharmacist", "display", "queue_machine"):
        people[role] = await rooms.sign_in(camera.browser, camera.address, role)
    machine = await people["queue_machine"].open("/registration/machine")
    display = await people["display"].open("/registration/display")
    desk = await people["clerk"].open("/registration/desk")
    ticket = await rooms.take_ticket(machine)
    await camera.shoot(machine, "ticket")
    await rooms.call_number(desk, ticket)
    await rooms.register_child(desk, NAME, BORN)
    await camera.shoot(desk, "patient")
    await rooms.open_visit(desk)
    await waiting_room(camera)
    unit = await people["midwife"].open("/clinical/units/anak")
    await unit.get_by_role("button", name="Panggil berikutnya").click()
    await expect(display.locator("[data-call]")).to_have_text(ticket)
    await camera.shoot(display, "display")
    await camera.shoot(unit, "identity")
    await rooms.identify(unit, NAME, BORN)
    await camera.shoot(unit, "assessment")
    await rooms.assess(unit)
    await rooms.ask_haemoglobin(unit)
    await camera.shoot(unit, "encounter")
    bench = await people["analyst"].open("/lab/")
    await bench.get_by_role("link", name=NAME).click()
    await rooms.press_away(bench, "Sanggupi", "Spesimen diambil", "Spesimen diterima di meja")
    await camera.shoot(bench, "lab")
    await rooms.enter_and_release(bench)
    await unit.get_by_role("button", name="Panggil berikutnya").click()
    await expect(unit.get_by_role("button", name="Panggil lagi")).to_be_visible()
    await camera.shoot(unit, "result")
    await rooms.identify(unit, NAME, BORN)
    await unit.get_by_role("button", name="Sudah saya baca").click()
    await expect(unit.get_by_text("Hasil sudah dibaca")).to_be_visible()
    await rooms.prescribe(unit)
    await rooms.conclude(unit)
    counter = await people["pharmacist"].open("/pharmacy/")
    await counter.get_by_role("link", name=NAME).click()
    await camera.shoot(counter, "pharmacy")
    await camera.shoot(desk, "visit")


async def complain(camera: Camera) -> None:
    officer = await rooms.sign_in(camera.browser, camera.address, "complaints_officer")
    page = await officer.open("/complaints/")
    await page.get_by_label("Saluran", exact=False).first.select_option("wa")
    await page.get_by_label("Isi pengaduan").fill("Menunggu obat lebih dari satu jam (demo)")
    await page.get_by_role("button", name="Catat pengaduan").click()
    await page.wait_for_url("**/complaints/complaints/**")
    await camera.shoot(page, "complaint")
    await officer.context.close()


async def everything(browser: Browser, address: str) -> None:
    wide, phone = (Camera(browser, address, phone=small) for small in (False, True))
    page = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="id-ID")
    await page.goto(f"{address}/registration/sign-in")
    await wide.shoot(page, "sign-in")
    await visit(wide)
    await complain(wide)
    for name, role, path in PLAIN:
        await wide.look(role, path, name)
        await phone.look(role, path, name)
    await wide.look("clerk", "/registration/standard", "standard")
    await wide.look("midwife", "/clinical/units/anak", "unit-english", english=True)
    await phone.look("midwife", "/clinical/units/anak", "unit")
    await phone.look("pharmacist", "/pharmacy/", "pharmacy")
    await phone.look("analyst", "/lab/", "lab")


async def parked(browser: Browser, centre: Centre) -> None:
    """A room that could not take a message in."""
    await receive(centre, bodies(uuid4()))
    await Camera(browser, centre.address, phone=False).look("head", "/lab/", "parked")


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(mode="embedded", data_dir=Path(folder), _env_file=None)
        await prepare(settings, demo=True)
        async with run_centre(settings) as centre, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            await everything(browser, centre.address)
            await parked(browser, centre)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
