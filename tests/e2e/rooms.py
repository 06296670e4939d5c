"""The rooms as people use them in a browser: sign in, press, fill in; nothing but what is seen."""

from dataclasses import dataclass
from datetime import date

from playwright.async_api import Browser, BrowserContext, Page, expect

from deploy.demo import PASSWORD, username

FACILITY = "dharma_rini"


@dataclass
class Person:
    """Somebody at a screen of their own, signed in."""

    address: str
    context: BrowserContext

    async def open(self, path: str) -> Page:
        """A page whose live stream is heard: what happens afterwards is seen."""
        page = await self.context.new_page()
        await page.goto(self.address + path)
        return page


async def sign_in(
    browser: Browser, address: str, role: str, *, phone: bool = False, language: str = "id-ID"
) -> Person:
    width, height = (390, 844) if phone else (1366, 768)
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{address}/registration/sign-in")
    await page.locator("[name=username]").fill(username(role, FACILITY))
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("form .btn.main").click()
    await page.wait_for_url(lambda url: "sign-in" not in url)
    await page.close()
    return Person(address, context)


async def take_ticket(machine: Page) -> str:
    await machine.get_by_role("button", name="Biasa").click()
    await machine.wait_for_url("**/tickets/**")
    return await machine.locator(".ticket .no").inner_text()


async def call_number(desk: Page, ticket: str) -> None:
    await expect(desk.locator(".list").get_by_text(ticket)).to_be_visible()
    await desk.get_by_role("button", name="Panggil berikutnya").click()
    await desk.wait_for_url("**/desk?ticket=*")


async def register_child(desk: Page, name: str, born: date) -> None:
    form = desk.locator("section", has=desk.get_by_role("heading", name="Pasien baru"))
    await form.get_by_label("Nama lengkap").fill(name)
    await form.get_by_label("Tanggal lahir").fill(born.isoformat())
    await form.get_by_label("Jenis kelamin").select_option("F")
    await form.get_by_label("Alasan bila NIK belum ada").fill("Kartu keluarga sedang diurus")
    await form.get_by_role("button", name="Daftarkan").click()
    await desk.wait_for_url("**/desk/patients/**")


async def open_visit(desk: Page) -> None:
    for box in await desk.get_by_role("checkbox").all():
        await box.check()
    await desk.get_by_role("button", name="Buka kunjungan").click()
    await desk.wait_for_url("**/visits/**")


async def identify(room: Page, name: str, born: date) -> None:
    await room.get_by_label("Nama lengkap menurut pasien").fill(name)
    await room.get_by_label("Tanggal lahir menurut pasien").fill(born.isoformat())
    await room.get_by_role("button", name="Cocokkan").click()
    await expect(room.get_by_text("identitas dicocokkan")).to_be_visible()


async def assess(room: Page) -> None:
    await room.get_by_label("Keluhan", exact=False).first.fill("Demam tiga hari, tampak pucat")
    for label, value in (("Berat badan", "9,4"), ("Panjang badan", "76,5"), ("Suhu tubuh", "38,2")):
        await room.get_by_label(label).fill(value)
    await room.get_by_role("button", name="Simpan pemeriksaan").click()
    await expect(room.get_by_text("Demam tiga hari").first).to_be_visible()


async def ask_haemoglobin(room: Page) -> None:
    await room.get_by_role("heading", name="Minta lab").click()
    await room.get_by_label("Hemoglobin", exact=True).check()
    await room.get_by_role("button", name="Kirim ke laboratorium").click()
    await expect(room.locator("tr", has_text="Hemoglobin").first).to_be_visible()


async def work_up(bench: Page, name: str) -> None:
    """Accept, collect, receive, enter, validate, release."""
    await bench.get_by_role("link", name=name).click()
    await press_away(bench, "Sanggupi", "Spesimen diambil", "Spesimen diterima di meja")
    await enter_and_release(bench)


async def enter_and_release(bench: Page) -> None:
    await bench.get_by_label("Hemoglobin").fill("9,8")
    await bench.get_by_role("button", name="Simpan hasil").click()
    await press_away(bench, "Validasi", "Keluarkan hasil")


async def press_away(page: Page, *steps: str) -> None:
    """Press one button after the other; each goes when its step is done."""
    for step in steps:
        await page.get_by_role("button", name=step).click()
        await expect(page.get_by_role("button", name=step)).to_have_count(0)


async def prescribe(room: Page) -> None:
    await room.get_by_role("heading", name="Resep").click()
    form = room.locator("#prescription-form fieldset").first
    await form.get_by_label("Obat").select_option(label="Parasetamol sirup 120 mg/5 mL")
    await form.get_by_label("Dosis").fill("5 mL")
    await form.get_by_label("Aturan pakai").fill("3 x sehari bila demam")
    await form.get_by_label("Hari").fill("3")
    await form.get_by_label("Jumlah").fill("1")
    await room.get_by_role("button", name="Kirim resep").click()
    await expect(room.locator("tr", has_text="Parasetamol").first).to_be_visible()


async def conclude(room: Page) -> None:
    await room.get_by_label("Diagnosis (ICD-10)").fill("D50.9")
    await room.get_by_label("Kuratif").check()
    await room.get_by_role("button", name="Selesai").click()
    await room.wait_for_url("**/units/**")


async def dispense(counter: Page, name: str, born: date) -> None:
    await counter.get_by_role("link", name=name).click()
    for group in ("Administratif", "Farmasetik", "Klinis"):
        review = counter.get_by_role("group", name=group)
        await review.get_by_label("Sesuai", exact=True).check()
    await counter.get_by_role("button", name="Simpan pengkajian").click()
    await counter.get_by_role("button", name="Obat sudah disiapkan").click()
    await counter.get_by_label("Nama lengkap yang disebutkan").fill(name)
    await counter.get_by_label("Tanggal lahir yang disebutkan").fill(born.isoformat())
    await counter.get_by_label("Cara pakai sudah dijelaskan").check()
    await counter.get_by_role("button", name="Serahkan obat").click()
    await expect(counter.get_by_text("DEMO-1")).to_be_visible()
