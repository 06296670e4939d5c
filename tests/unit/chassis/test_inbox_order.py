"""However messages arrive: each key in its order, nothing lost, and nothing too strange to read."""

import asyncio
import json
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.claims import in_order
from chassis.delivery import Delivery, Unreadable, decode
from chassis.errors import Invalid
from chassis.rabbit import Turns
from contracts.envelope import Envelope, Privacy

SOURCES = ("/alur/clinical", "/alur/lab")


def delivery(source: str, key: str, sequence: int) -> Delivery:
    envelope = Envelope(
        id=uuid4(),
        type="lab.result.released.v1",
        source=source,
        subject=key,
        time=datetime(2026, 1, 5, tzinfo=UTC),
        dataschema="x",
        facility="dharma_rini",
        sequence=sequence,
        partitionkey=key,
        correlationid=key,
        actor="a;b;c",
        privacy=Privacy.HEALTH,
        data={},
    )
    return Delivery(b"", envelope, Unreadable())


ARRIVALS = st.lists(
    st.tuples(st.sampled_from(SOURCES), st.sampled_from("abc"), st.integers(1, 30)), unique=True
).map(lambda items: [delivery(*item) for item in items])


@given(ARRIVALS)
def test_any_arrival_comes_out_in_order_of_each_key_and_nothing_is_lost(
    arrived: list[Delivery],
) -> None:
    ordered = in_order(arrived)
    assert sorted(d.id for d in ordered) == sorted(d.id for d in arrived)
    for key in {d.key for d in arrived}:
        sequences = [d.envelope.sequence for d in ordered if d.key == key]
        assert sequences == sorted(sequences)


@given(ARRIVALS)
def test_keys_keep_the_places_they_had(arrived: list[Delivery]) -> None:
    """Putting one patient in order does not push another one back."""
    assert [d.key for d in in_order(arrived)] == [d.key for d in arrived]


@given(ARRIVALS)
def test_order_once_made_stays(arrived: list[Delivery]) -> None:
    once = in_order(arrived)
    assert in_order(once) == once


PERMUTED = st.integers(1, 40).flatmap(lambda n: st.permutations(range(1, n + 1)))


async def take_all(turns: Turns, tags: list[int], seen: list[int]) -> None:
    def act(tag: int) -> asyncio.Future[None]:
        seen.append(tag)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    await asyncio.gather(*(turns.take(tag, partial(act, tag)) for tag in tags))


@given(PERMUTED)
@settings(deadline=None)
def test_deliveries_take_their_turns_in_any_arrival(tags: list[int]) -> None:
    seen: list[int] = []
    asyncio.run(take_all(Turns(), tags, seen))
    assert seen == sorted(tags)


@given(PERMUTED, st.data())
@settings(deadline=None, max_examples=25)
def test_a_delivery_that_never_comes_is_not_waited_for_for_ever(
    tags: list[int], data: st.DataObject
) -> None:
    lost = data.draw(st.sets(st.sampled_from(tags), max_size=len(tags) - 1))
    come = [tag for tag in tags if tag not in lost]
    seen: list[int] = []

    async def run() -> None:
        turns = Turns()
        turns.PATIENCE = 0.005
        await asyncio.wait_for(take_all(turns, come, seen), 5)

    asyncio.run(run())
    assert sorted(seen) == sorted(come)
    before_the_gap = [tag for tag in sorted(come) if not any(gone < tag for gone in lost)]
    assert seen[: len(before_the_gap)] == before_the_gap


@given(PERMUTED, PERMUTED)
@settings(deadline=None, max_examples=50)
def test_a_new_channel_counts_from_one_again(first: list[int], second: list[int]) -> None:
    async def run() -> list[int]:
        turns, seen = Turns(), list[int]()
        await take_all(turns, first, seen)
        # A channel's first delivery is tag 1; what follows it may be handled in any order.
        again = [1, *(tag for tag in second if tag != 1)]
        seen.clear()
        await take_all(turns, again, seen)
        return seen

    assert asyncio.run(run()) == sorted(second)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
GOOD = {
    "specversion": "1.0",
    "id": "0198c000-0000-7000-8000-000000000000",
    "type": "lab.result.released.v1",
    "source": "/alur/lab",
    "subject": "x",
    "time": "2026-01-05T03:00:00Z",
    "dataschema": "x",
    "facility": "dharma_rini",
    "sequence": "0000000001",
    "partitionkey": "x",
    "correlationid": "x",
    "actor": "a;b;c",
    "privacy": "S",
    "data": {},
}


def refused(body: bytes) -> Delivery:
    read = decode(body, {}, {"lab.result.released.v1"})
    assert isinstance(read.problem, Invalid)
    assert isinstance(read.id, UUID)
    return read


@given(st.binary())
def test_bytes_of_any_kind_are_read_without_an_error(body: bytes) -> None:
    assert refused(body).id == refused(body).id, "redelivered, it is the same message"


@given(JSONS)
def test_json_of_any_kind_is_read_without_an_error(value: Any) -> None:
    refused(json.dumps(value).encode())


@given(st.sampled_from(sorted(GOOD)), JSONS)
def test_an_envelope_with_one_strange_attribute_is_read_without_an_error(
    name: str, value: Any
) -> None:
    read = refused(json.dumps(GOOD | {name: value}).encode())
    if isinstance(value, str) and len(value) > 8:
        assert value not in str(read.problem), "a cause repeats no value"
