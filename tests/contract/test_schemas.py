"""Schemas and examples are committed, current, and true of the classes."""

from typing import Any

import jsonschema
import pytest

from contracts import generate
from contracts.catalog import CONSUMERS, EVENTS
from contracts.envelope import Envelope, Event
from contracts.schema import schema_of

EXAMPLES = generate.examples()
ALL = [pytest.param(EVENTS[name], one, id=name) for name in EXAMPLES for one in EXAMPLES[name]]


def test_schemas_and_asyncapi_are_current() -> None:
    stale = [path for path, text in generate.generated().items() if _read(path) != text]
    assert stale == [], "run make contracts"


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in generate.SCHEMAS.glob("*.json")} == EVENTS.keys()


def test_no_committed_schema_is_broken_by_the_classes() -> None:
    assert generate.breaking_changes() == []


def test_every_event_has_an_example() -> None:
    assert EXAMPLES.keys() == EVENTS.keys()


@pytest.mark.parametrize(("event", "example"), ALL)
def test_example_validates_against_the_schema(event: type[Event], example: dict[str, Any]) -> None:
    schema = schema_of(event)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize(("event", "example"), ALL)
def test_example_is_read_by_the_classes_and_written_again_the_same(
    event: type[Event], example: dict[str, Any]
) -> None:
    envelope = Envelope.model_validate(example)
    data = event.model_validate(example["data"])
    assert envelope.partitionkey == data.partitionkey
    assert envelope.privacy is event.privacy
    assert data.model_dump(mode="json", exclude_unset=True) == example["data"]
    assert envelope.model_dump(mode="json", exclude_none=True) == example


@pytest.mark.parametrize(("event", "example"), ALL)
def test_a_field_nobody_knows_yet_is_ignored(event: type[Event], example: dict[str, Any]) -> None:
    later = example["data"] | {"a_field_of_next_year": True}
    assert event.model_validate(later) == event.model_validate(example["data"])
    jsonschema.validate(example | {"data": later}, schema_of(event))


@pytest.mark.parametrize("event", CONSUMERS)
def test_a_message_without_data_is_refused(event: type[Event]) -> None:
    example = {key: value for key, value in EXAMPLES[event.type][0].items() if key != "data"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example, schema_of(event))


def test_examples_tell_one_story_without_gaps_or_repeats() -> None:
    told: dict[tuple[str, str], list[int]] = {}
    envelopes = [Envelope.model_validate(one) for examples in EXAMPLES.values() for one in examples]
    assert len({envelope.id for envelope in envelopes}) == len(envelopes)
    for envelope in sorted(envelopes, key=lambda e: (e.time, e.sequence)):
        told.setdefault((envelope.source, envelope.partitionkey), []).append(envelope.sequence)
    assert [key for key, said in told.items() if said != list(range(1, len(said) + 1))] == []


def _read(path: Any) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
