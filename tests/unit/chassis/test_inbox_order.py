"""However messages arrive: each key in its order, nothing lost, and nothing too strange to read."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.claims import in_order
from chassis.delivery import Delivery, Unreadable, decode
from chassis.errors import Invalid
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


def decoded(**changes: object) -> Delivery:
    body = json.dumps(GOOD | {"facility": "here"} | changes).encode()
    return decode(body, {"here": None}, {"lab.result.released.v1"})  # type: ignore[dict-item]


@pytest.mark.parametrize("name", ["subject", "partitionkey", "a_field_of_next_year"])
def test_a_nul_that_only_one_database_would_store_is_refused(name: str) -> None:
    assert str(decoded(**{name: "a\0b"}).problem) == "Ada karakter yang tidak dapat disimpan"


@pytest.mark.parametrize("name", ["correlationid", "actor", "traceparent"])
def test_an_attribute_longer_than_anybody_stores_is_refused_in_its_key(name: str) -> None:
    read = decoded(**{name: "x" * 200})
    assert str(read.problem) == f"Terlalu panjang: {name}"
    assert read.columns["partitionkey"] == "x"
