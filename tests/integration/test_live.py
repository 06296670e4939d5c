"""A worklist changes within one second of the event, also where another process wrote."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from time import monotonic

import aiohttp

from chassis.settings import Settings
from tests.kit.centre import Centre, Client, run_centre
from tests.kit.journey import UNIT, Journey
from tests.kit.waiting import eventually

SECOND = 1.0


class Stream:
    """The topics that an open page was told and has not looked at yet."""

    def __init__(self) -> None:
        self.topics: asyncio.Queue[str] = asyncio.Queue()
        self.ready = asyncio.Event()

    async def listen(self, content: aiohttp.StreamReader) -> None:
        event = ""
        async for raw in content:
            name, _, value = raw.decode().strip().partition(": ")
            if name == "event":
                event = value
                self.ready.set()
            elif name == "data" and event == "changed":
                self.topics.put_nowait(value)

    async def told(self, *topics: str) -> None:
        """Returns when one of the topics comes, or came since the last time."""
        while await asyncio.wait_for(self.topics.get(), 10) not in topics:
            pass


@asynccontextmanager
async def open_page(client: Client, path: str = "/clinical/live") -> AsyncIterator[Stream]:
    stream = Stream()
    async with client.session.get(client.address + path, headers=client.headers) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        listening = asyncio.create_task(stream.listen(answer.content))
        try:
            await asyncio.wait_for(stream.ready.wait(), 10)
            yield stream
        finally:
            listening.cancel()


async def delays(centre: Centre, midwife: Client, *topics: str) -> list[float]:
    """From the answer of the desk until the page of the unit shows the patient, three times.

    Like the page, it looks again only when it is told.
    """
    found = []
    async with open_page(midwife) as page:
        for number in range(3):
            journey = Journey(centre, name=f"Aisyah {number}")
            await journey.arrive()
            routed = monotonic()
            while journey.visit not in await worklist(midwife):
                await page.told(*topics)
            found.append(monotonic() - routed)
    return found


async def worklist(midwife: Client) -> list[str]:
    lines = await midwife.get(f"/clinical/api/worklist?unit={UNIT}")
    return [line["visit_id"] for line in lines]


async def test_the_unit_is_told_within_a_second_of_a_routed_patient(centre: Centre) -> None:
    midwife = await centre.client("midwife")
    assert median(await delays(centre, midwife, f"unit:{UNIT}")) < SECOND


async def test_another_centre_is_told_nothing(centre: Centre) -> None:
    async with (
        open_page(await centre.client("midwife", "tarik2")) as elsewhere,
        open_page(await centre.client("midwife")) as here,
    ):
        await Journey(centre).arrive()
        await here.told(f"unit:{UNIT}")
        await Journey(centre, facility="tarik2").register()
    assert elsewhere.topics.empty()


async def test_a_process_with_pages_only_notices_what_a_worker_wrote(settings: Settings) -> None:
    async with (
        run_centre(settings) as centre,
        run_centre(settings, ["clinical"], "api") as pages,
    ):
        signed_in = await centre.client("midwife")
        midwife = Client(pages.session, pages.address, signed_in.headers)
        assert median(await delays(centre, midwife, "*")) < SECOND


async def test_a_stranger_hears_nothing(centre: Centre) -> None:
    for service in ("registration", "clinical", "lab", "pharmacy", "complaints"):
        answer = await centre.stranger().send("GET", f"/{service}/live")
        assert answer.status == 401


async def test_a_page_that_was_left_is_forgotten(centre: Centre) -> None:
    live = centre.house.service("clinical").live
    async with open_page(await centre.client("midwife")):
        assert len(live._streams) == 1
    await Journey(centre).arrive()

    async def is_forgotten() -> bool:
        return not live._streams

    await eventually(is_forgotten)
