"""What could not be taken in: the room says so by itself, and is quiet again afterwards."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from tests.e2e import rooms
from tests.integration.test_parked_notice import bodies, receive
from tests.kit import Centre

WITHIN = 1000


@pytest.mark.mode("embedded")
async def test_the_notice_comes_and_goes_without_a_reload(browser: Browser, centre: Centre) -> None:
    analyst = await rooms.sign_in(browser, centre.address, "analyst")
    head = await rooms.sign_in(browser, centre.address, "head")
    async with analyst.context.expect_event(
        "response", lambda answer: answer.url.endswith("/parts/parked")
    ):
        bench = await analyst.open("/lab/")
    notice = bench.locator(".parked .notice")
    await expect(notice).to_have_count(0)
    await receive(centre, bodies(uuid4()))
    await expect(notice).to_contain_text("Pemeriksaan lab diminta", timeout=WITHIN)
    await expect(notice.get_by_role("link")).to_have_count(0)

    page = await head.open("/lab/")
    await page.locator(".parked").get_by_role("link").click()
    await page.wait_for_url("**/operations")
    await page.get_by_text("Buang…").click()
    await page.get_by_label("Alasan (dicatat)").fill("Unit sudah tidak ada")
    await page.get_by_role("button", name="Buang pesan ini").click()
    await expect(notice).to_have_count(0)
    for person in (analyst, head):
        await person.context.close()
