"""Every room page passes axe-core, light and dark, wide and on a phone."""

from importlib.resources import files

import pytest
from playwright.async_api import Browser

from tests.e2e import rooms
from tests.kit import Centre

PAGES = {
    "queue_machine": ("/registration/machine",),
    "display": ("/registration/display",),
    "admin": ("/registration/", "/registration/operations"),
    "clerk": ("/registration/desk",),
    "midwife": ("/clinical/", "/clinical/units/anak"),
    "analyst": ("/lab/",),
    "pharmacist": ("/pharmacy/", "/pharmacy/stock"),
    "complaints_officer": ("/complaints/",),
}


@pytest.fixture
def axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("role", PAGES)
async def test_pages_have_no_accessibility_faults(
    role: str, browser: Browser, centre: Centre, axe: str
) -> None:
    found = []
    for phone in (False, True):
        person = await rooms.sign_in(browser, centre.address, role, phone=phone)
        for path in PAGES[role]:
            page = await person.open(path)
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await page.evaluate(axe)
                answer = await page.evaluate("axe.run()")
                for fault in answer["violations"]:
                    found.append(f"{path} {scheme}: {fault['id']} {fault['nodes'][0]['html']}")
        await person.context.close()
    assert found == []
