"""What the shared script does in a browser: live parts, forms that outlive the network, keys."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import BrowserContext, Page, expect
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from chassis.front import Front
from chassis.web.assets import mount_assets
from chassis.web.pages import Pages
from tests.kit.waiting import eventually

PAGE = """{% extends "base.html" %}{% from "parts.html" import form_head, field, button %}
{% block title %}Uji{% endblock %}
{% block main %}
<section id="list" data-live="{{ url('/part') }}" data-topics="unit:anak">{{ rows }}</section>
<form method="post" action="{{ url('/save') }}">{{ form_head(3) }}
{{ field("weight", "Berat", type="number", min=1, max=50, required=true) }}
{{ button("Simpan", "main", "S") }}</form>
{% endblock %}"""
PROBLEM = {
    "detail": "Periksa isian",
    "errors": [{"field": "weight", "detail": "Berat turun 3 kg sejak kemarin"}],
}


class Room:
    """A room of one page; the test says what its list holds and how it answers."""

    def __init__(self, folder: Path) -> None:
        (folder / "templates").mkdir()
        (folder / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
        self.pages = Pages("lab", folder, dict.fromkeys(("registration", "lab"), "/lab"))
        self.rows = ["A-001"]
        self.sent: list[dict[str, str]] = []
        self.answers: list[Response] = []
        self.topics: asyncio.Queue[str] = asyncio.Queue()
        self.address = ""
        self.app = self._app()

    def _app(self) -> Starlette:
        inner = Starlette(
            routes=[
                Route("/", self.page),
                Route("/part", self.part),
                Route("/live", self.live),
                Route("/save", self.save, methods=["POST"]),
                Route("/saved", self.page),
            ]
        )
        inner.add_middleware(Front, service="lab")
        mount_assets(inner)
        return Starlette(routes=[Mount("/lab", inner)])

    def list(self) -> str:
        items = "".join(
            f'<li id="{row}">{row} <input aria-label="{row}"></li>' for row in self.rows
        )
        return f"<ol>{items}</ol>"

    async def page(self, _request: Request) -> Response:
        return HTMLResponse(self.pages.render("page.html", "id", rows=self.list()))

    async def part(self, _request: Request) -> Response:
        return HTMLResponse(self.list())

    async def live(self, _request: Request) -> Response:
        async def events() -> AsyncIterator[ServerSentEvent]:
            while True:
                yield ServerSentEvent(event="changed", data=await self.topics.get())

        return EventSourceResponse(events())

    async def save(self, request: Request) -> Response:
        self.sent.append({name: str(value) for name, value in (await request.form()).items()})
        return self.answers.pop(0) if self.answers else RedirectResponse("/lab/saved", 303)

    async def change(self, *rows: str) -> None:
        self.rows = list(rows)
        await self.topics.put("unit:anak")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path)
    config = uvicorn.Config(room.app, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await eventually(started)
    port = server.servers[0].sockets[0].getsockname()[1]
    room.address = f"http://127.0.0.1:{port}/lab/"
    yield room
    server.should_exit = True
    await serving


@pytest.fixture
async def page(room: Room, desktop: BrowserContext) -> Page:
    page = await desktop.new_page()
    async with page.expect_response("**/part"):  # the stream is open: what follows is heard
        await page.goto(room.address)
    return page


async def test_a_list_changes_within_a_second_and_new_rows_light_up(room: Room, page: Page) -> None:
    await room.change("A-001", "A-002")
    await expect(page.locator("#A-002")).to_be_visible(timeout=1000)
    await expect(page.locator("#A-002")).to_have_class("fresh")
    await expect(page.locator("#A-001")).not_to_have_class("fresh")


async def test_a_part_is_not_replaced_while_someone_types_in_it(room: Room, page: Page) -> None:
    field = page.get_by_label("A-001")
    await field.fill("12")
    async with page.expect_response("**/part"):
        await room.change("A-001", "A-002")
    await expect(page.locator("#A-002")).to_have_count(0)
    await expect(field).to_have_value("12")
    await field.fill("")
    await page.locator("h1, #f-weight").first.focus()
    await expect(page.locator("#A-002")).to_be_visible()


async def test_a_number_typed_with_a_comma_is_sent_with_a_point(room: Room, page: Page) -> None:
    await page.get_by_label("Berat").fill("12,4")
    await page.get_by_role("button", name="Simpan").click()
    await page.wait_for_url("**/saved")
    assert room.sent[0]["weight"] == "12.4"
    assert room.sent[0]["version"] == "3"


async def test_a_value_outside_its_limits_is_told_before_sending(room: Room, page: Page) -> None:
    field = page.get_by_label("Berat")
    for typed, told in (("", "Wajib diisi."), ("140", "Di luar 1–50: periksa lagi.")):
        await field.fill(typed)
        await page.get_by_role("button", name="Simpan").click()
        await expect(page.locator(".hint")).to_have_text(told)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    assert room.sent == []


async def test_a_refusal_stands_next_to_its_field_and_frees_the_key(room: Room, page: Page) -> None:
    room.answers.append(JSONResponse(PROBLEM, 422, media_type="application/problem+json"))
    field = page.get_by_label("Berat")
    await field.fill("9")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_have_text("Periksa isian")
    await expect(page.locator(".hint")).to_have_text("Berat turun 3 kg sejak kemarin")
    await expect(field).to_have_attribute("aria-describedby", "f-weight-error")
    await field.fill("12")
    await page.get_by_role("button", name="Simpan").click()
    await page.wait_for_url("**/saved")
    assert room.sent[0]["idempotency_key"] != room.sent[1]["idempotency_key"]


async def test_a_lost_network_is_waited_out_with_the_same_key(room: Room, page: Page) -> None:
    await page.route("**/save", lambda route: route.abort("internetdisconnected"))
    await page.get_by_label("Berat").fill("12")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Belum terkirim, akan dicoba lagi")
    await expect(page.get_by_label("Berat")).to_have_value("12")
    await page.unroute("**/save")
    room.answers.append(Response(status_code=503))  # reached, but its database was away
    await page.wait_for_url("**/saved")
    assert len({sent["idempotency_key"] for sent in room.sent}) == 1
    assert len(room.sent) == 2


async def test_a_letter_presses_its_button_but_not_while_typing(room: Room, page: Page) -> None:
    await page.get_by_label("A-001").press("s")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.get_by_label("A-001").blur()
    await page.keyboard.press("s")
    await expect(page.get_by_role("alert")).to_contain_text("Periksa isian")
    assert room.sent == []
