"""Told to end, Alur ends: at once though pages are open, with status 0 and without complaints."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack

import aiohttp

from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.demo import PASSWORD, username
from deploy.simulate.centre import wait_until_ready
from tests.kit.processes import Launched, launched

#: Well below what a supervisor, Compose or Kubernetes waits for before it kills.
SECONDS = 5.0


async def test_it_ends_at_once_though_pages_are_open(settings: Settings) -> None:
    told = signal.SIGINT if settings.mode == "embedded" else signal.SIGTERM
    async with (
        launched(settings, "up") as process,
        aiohttp.ClientSession() as session,
        AsyncExitStack() as pages,
    ):
        await wait_until_ready(process.url, process.child, process.log)
        streams = [await open_page(session, process, name, pages) for name in SERVICES]
        process.child.send_signal(told)
        status = await asyncio.wait_for(process.child.wait(), SECONDS)
        assert status == 0, process.said
        await ended(streams)
    complaints = ("Traceback", '"error"', '"level": "warning"', "Cancel ")
    assert [line for line in process.said.splitlines() if any(c in line for c in complaints)] == []


async def open_page(
    session: aiohttp.ClientSession, process: Launched, service: str, pages: AsyncExitStack
) -> aiohttp.ClientResponse:
    """The live stream that a page of a room holds open."""
    who = {"username": username("head", "dharma_rini"), "password": PASSWORD}
    async with session.post(f"{process.url}/registration/api/session", json=who) as answer:
        headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
    stream = session.get(f"{process.url}/{service}/live", headers=headers)
    response = await pages.enter_async_context(stream)
    assert b"hello" in await response.content.readline()
    return response


async def ended(streams: Sequence[aiohttp.ClientResponse]) -> None:
    """Each stream came to its end; none was cut off in the middle."""
    for stream in streams:
        await stream.content.read()
