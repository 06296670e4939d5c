"""In front of the rooms: what leads nowhere is said in words of the house, to whoever asks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from chassis.front import MAX_BODY
from contracts.catalog import SERVICES
from deploy.gateway import gateway
from tests.kit.centre import Centre, serving

BROWSER = {"Accept": "text/html"}


@pytest.fixture(params=["the process itself", "gateway"])
async def door(centre: Centre, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The public address of a centre, without and with a proxy in front."""
    async with AsyncExitStack() as stack:
        if request.param != "gateway":
            yield centre.address
            return
        rooms = dict.fromkeys(SERVICES, centre.address) | {"lab": "http://127.0.0.1:1"}
        yield await stack.enter_async_context(serving(gateway(centre.settings, rooms)))


@pytest.mark.mode("embedded")
async def test_a_browser_that_is_lost_sees_a_page_that_leads_home(
    centre: Centre, door: str
) -> None:
    async with centre.session.get(f"{door}/nothing", headers=BROWSER) as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Halaman ini tidak ada" in page
    assert 'href="/registration/"' in page


@pytest.mark.mode("embedded")
async def test_a_program_that_is_lost_gets_a_problem(centre: Centre, door: str) -> None:
    async with centre.session.post(f"{door}/nothing", json={}) as answer:
        assert (answer.status, answer.content_type) == (404, "application/problem+json")
        assert (await answer.json())["code"] == "not_found"


@pytest.mark.mode("embedded")
async def test_a_body_past_the_limit_is_refused_at_the_door(centre: Centre, door: str) -> None:
    body = b"a" * (MAX_BODY + 1)
    async with centre.session.post(f"{door}/registration/sign-in", data=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, "too_large")


@pytest.mark.mode("embedded")
async def test_the_gateway_says_which_service_is_away(centre: Centre) -> None:
    rooms = dict.fromkeys(SERVICES, centre.address) | {"lab": "http://127.0.0.1:1"}
    async with serving(gateway(centre.settings, rooms)) as address:
        async with centre.session.get(f"{address}/lab/", headers=BROWSER) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert "sedang dimulai ulang" in await answer.text()
        async with centre.session.get(f"{address}/readyz") as answer:
            found = await answer.json()
            assert (answer.status, found["lab"]) == (503, {"process": False})
            assert all(found["clinical"].values())
