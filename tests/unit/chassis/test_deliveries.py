"""Deliveries of the broker take their turns, on one channel and from one to the next."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from aiormq.exceptions import ChannelInvalidStateError
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.bus import Collector
from chassis.rabbit import Deliveries, Turns
from tests.kit import eventually

PERMUTED = st.integers(1, 40).flatmap(lambda n: st.permutations(range(1, n + 1)))


def take_all(turns: Turns, tags: Sequence[int], seen: list[int]) -> None:
    for tag in tags:
        turns.take(tag, partial(seen.append, tag))


async def until(condition: Callable[[], bool]) -> None:
    async def look() -> bool:
        return condition()

    await eventually(look, timeout=5)


@given(PERMUTED)
def test_deliveries_take_their_turns_in_any_arrival(tags: list[int]) -> None:
    seen: list[int] = []

    async def run() -> None:
        take_all(Turns(), tags, seen)

    asyncio.run(run())
    assert seen == sorted(tags)


@given(PERMUTED, st.data())
@settings(max_examples=25)
def test_a_delivery_that_never_comes_is_not_waited_for_for_ever(
    tags: list[int], data: st.DataObject
) -> None:
    lost = data.draw(st.sets(st.sampled_from(tags), max_size=len(tags) - 1))
    come = [tag for tag in tags if tag not in lost]
    seen: list[int] = []

    async def run() -> None:
        turns = Turns()
        turns.PATIENCE = 0.005
        take_all(turns, come, seen)
        await until(lambda: len(seen) == len(come))

    asyncio.run(run())
    assert sorted(seen) == sorted(come)
    before_the_gap = [tag for tag in sorted(come) if not any(gone < tag for gone in lost)]
    assert seen[: len(before_the_gap)] == before_the_gap


def test_each_gap_is_waited_for_anew() -> None:
    """A timer that was started for one gap may not end the wait for the next one."""
    seen: list[int] = []

    async def run() -> None:
        turns, loop = Turns(), asyncio.get_running_loop()
        turns.PATIENCE = 0.2
        started = loop.time()
        take_all(turns, [2], seen)
        await asyncio.sleep(0.15)
        take_all(turns, [1, 4], seen)
        await until(lambda: loop.time() > started + 0.25)
        take_all(turns, [3], seen)

    asyncio.run(run())
    assert seen == [1, 2, 3, 4]


class Channel:
    """A channel of the broker, with what it has delivered so far."""

    def __init__(self) -> None:
        self.is_closed = False
        self.acknowledged: list[tuple[int, bool]] = []

    def message(self, tag: int, body: int) -> Any:
        return SimpleNamespace(body=body, raw_message=_Raw(self, tag))


class _Raw:
    def __init__(self, channel: Channel, tag: int) -> None:
        self._channel, self.delivery_tag = channel, tag

    @property
    def channel(self) -> Channel:
        """As aio-pika's: none any more where it is closed."""
        if self._channel.is_closed:
            raise ChannelInvalidStateError
        return self._channel

    async def ack(self, *, multiple: bool) -> None:
        self.channel.acknowledged.append((self.delivery_tag, multiple))


@given(st.permutations(range(1, 13)), st.permutations(range(1, 13)), st.integers(0, 12))
@settings(max_examples=50)
def test_a_new_channel_counts_from_one_again_and_nothing_of_the_old_one_comes_before(
    first: list[int], second: list[int], arrived: int
) -> None:
    async def run() -> list[int]:
        seen: list[int] = []

        async def receive(bodies: Sequence[Any]) -> None:
            seen.extend(bodies)

        collector, old, new = Collector(receive), Channel(), Channel()
        deliveries = Deliveries(collector)
        before, late = first[:arrived], first[arrived:]
        for tag in before:
            await deliveries.consume(old.message(tag, tag))
        old.is_closed = True
        for tag in second:  # all of it again: nothing was acknowledged
            await deliveries.consume(new.message(tag, tag))
            for straggler in late[:1]:
                await deliveries.consume(old.message(straggler, straggler))
        await until(lambda: {*seen} == {*first})
        await collector.stop()
        return seen

    first_seen = dict.fromkeys(asyncio.run(run()))
    assert [*first_seen] == sorted(first)


def test_what_a_closed_channel_still_held_never_passes() -> None:
    """It waited for one before it, and both come again on the next channel."""
    seen: list[int] = []

    async def receive(bodies: Sequence[Any]) -> None:
        seen.extend(bodies)

    async def run() -> None:
        collector, channel = Collector(receive), Channel()
        loop = asyncio.get_running_loop()
        started = loop.time()
        await Deliveries(collector).consume(channel.message(2, 2))
        channel.is_closed = True
        await until(lambda: loop.time() > started + Turns.PATIENCE + 0.1)
        await collector.stop()

    asyncio.run(run())
    assert seen == []
