"""Rooms call whoever is first; each visit still gets its own call."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from deploy.simulate.client import Client, Overdue, Refused
from deploy.simulate.rooms import Room
from deploy.simulate.watch import Watch


class Queue(Client):
    """Answers call-next from a queue of visits, or as it is told to."""

    def __init__(self, *visits: str) -> None:
        super().__init__({}, "somewhere", patience=5.0)
        self.waiting = deque(visits)
        self.refusal: Refused | None = None

    async def command(self, *_: Any) -> Any:
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        if not self.waiting:
            raise Refused("call patient", "POST", "", 404, {"code": "queue_empty"})
        return {"visit_id": self.waiting.popleft()}


@pytest.fixture
async def queue() -> AsyncIterator[Queue]:
    """A queue whose live stream says nothing: rooms look again by themselves."""
    queue = Queue()
    async with aiohttp.ClientSession() as session:
        queue.watch = Watch(session)
        yield queue


async def test_each_visit_gets_its_own_call_whatever_the_order(queue: Queue) -> None:
    queue.waiting.extend(["c", "a", "b"])
    room = Room.unit(queue, "anak", "midwife")

    calls = await asyncio.gather(*(room.called(visit) for visit in "abc"))

    assert [call["visit_id"] for call in calls] == ["a", "b", "c"]


async def test_a_visit_that_arrives_later_is_waited_for(queue: Queue) -> None:
    room = Room.unit(queue, "anak", "midwife")
    waiting = asyncio.create_task(room.called("a"))
    await asyncio.sleep(0)
    queue.waiting.append("a")

    assert (await waiting)["visit_id"] == "a"


async def test_the_same_visit_may_be_called_twice(queue: Queue) -> None:
    room = Room.unit(queue, "anak", "midwife")
    for _ in range(2):
        queue.waiting.append("a")
        assert (await room.called("a"))["visit_id"] == "a"


async def test_a_refusal_reaches_whoever_waits(queue: Queue) -> None:
    queue.refusal = Refused("call patient", "POST", "/x", 403, {"code": "forbidden"})
    room = Room.unit(queue, "anak", "midwife")

    with pytest.raises(Refused, match="answered 403 forbidden"):
        await room.called("a")


async def test_patience_ends(queue: Queue) -> None:
    queue.patience = 0.05
    room = Room.unit(queue, "anak", "midwife")

    with pytest.raises(Overdue, match="nobody called a"):
        await room.called("a")
