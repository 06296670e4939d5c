"""The gate names every planted breaking change, and lets additive ones through."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts import generate
from contracts.breaking import breaking
from contracts.clinical import LabRequestedV1
from contracts.lab import ResultReleasedV1
from contracts.schema import schema_of

Schema = dict[str, Any]
OLD: Schema = schema_of(ResultReleasedV1)


def _data(schema: Schema) -> Schema:
    data: Schema = schema["$defs"]["ResultReleasedV1"]
    return data


def _field(schema: Schema, name: str) -> Schema:
    field: Schema = _data(schema)["properties"][name]
    return field


def _result(schema: Schema, name: str) -> Schema:
    field: Schema = schema["$defs"]["LabResult"]["properties"][name]
    return field


Change = Callable[[Schema], object]
BREAKING: list[tuple[Change, str]] = [
    (lambda s: _data(s)["properties"].pop("validated_by"), "data.validated_by: was removed"),
    (lambda s: _data(s)["required"].append("note"), "data.note: is required now"),
    (lambda s: _data(s)["required"].remove("results"), "data.results: is no longer always there"),
    (lambda s: _field(s, "version").update(type="string"), "data.version: type was integer"),
    (lambda s: _field(s, "version").pop("type"), "data.version: type was integer, is anything"),
    (lambda s: _field(s, "version").update(minimum=2), "data.version: minimum was 1, is 2"),
    (lambda s: _field(s, "version").update(minimum=0), "data.version: minimum was 1, is 0"),
    (lambda s: _field(s, "version").pop("minimum"), "data.version: minimum was 1, is None"),
    (lambda s: _field(s, "version").update(maximum=9), "data.version: maximum was None, is 9"),
    (lambda s: _field(s, "version").update(multipleOf=2), "data.version: multipleOf was None"),
    (lambda s: _field(s, "order_id").update(format="uri"), "data.order_id: format was 'uuid'"),
    (lambda s: _field(s, "order_id").pop("format"), "data.order_id: format was 'uuid', is None"),
    (lambda s: _field(s, "validated_by").update(maxLength=5), "data.validated_by: maxLength was"),
    (lambda s: _field(s, "validated_by").update(format="date"), "data.validated_by: format was"),
    (lambda s: _result(s, "loinc").update(pattern="^9"), "data.results[].loinc: pattern was"),
    (lambda s: _result(s, "loinc").pop("pattern"), "data.results[].loinc: pattern was"),
    (lambda s: _result(s, "flag")["enum"].remove("low"), "data.results[].flag: no longer allows"),
    (lambda s: _result(s, "flag")["enum"].append("odd"), 'data.results[].flag: allows "odd" now'),
    (lambda s: _result(s, "flag").pop("enum"), "data.results[].flag: allows any other value now"),
    (lambda s: _result(s, "ucum").update(enum=["g/dL"]), "data.results[].ucum: no longer allows"),
    (lambda s: _result(s, "ucum").update(const="g/dL"), "data.results[].ucum: no longer allows"),
    (lambda s: s["properties"]["privacy"].pop("const"), "privacy: allows any other value now"),
    (lambda s: _result(s, "value")["anyOf"].pop(), "data.results[].value: string is no longer"),
    (
        lambda s: _result(s, "value")["anyOf"].append({"type": "boolean"}),
        "data.results[].value: boolean was not possible before",
    ),
    (
        lambda s: _result(s, "value")["anyOf"][1].update(maxLength=3),
        "data.results[].value: maxLength was None, is 3",
    ),
    (
        lambda s: _result(s, "value").update(oneOf=_result(s, "value").pop("anyOf")),
        "data.results[].value: anyOf became oneOf",
    ),
    (
        lambda s: _result(s, "value").update(minLength=1),
        "data.results[].value: minLength beside a choice is not compared",
    ),
    (
        lambda s: s["properties"]["causationid"]["anyOf"].pop(),
        "causationid: null is no longer allowed",
    ),
    (
        lambda s: _field(s, "validated_by").update(anyOf=[{"type": "string"}, {"type": "null"}]),
        "data.validated_by: null was not possible before",
    ),
    (lambda s: _field(s, "results").pop("items"), "data.results: items was"),
    (lambda s: _field(s, "results").update(uniqueItems=True), "data.results: uniqueItems was"),
    (
        lambda s: _field(s, "results").update(prefixItems=[{"type": "object"}]),
        "data.results: prefixItems had 0 schemas, has 1",
    ),
    (
        lambda s: _field(s, "order_id").update(allOf=[{"minLength": 1}]),
        "data.order_id: allOf had 0 schemas, has 1",
    ),
    (
        lambda s: _data(s).update(additionalProperties=False),
        "data: additionalProperties was true, is false",
    ),
    (
        lambda s: _data(s).update(additionalProperties={"type": "string"}),
        "data: additionalProperties was true, is",
    ),
    (
        lambda s: _data(s).update(propertyNames={"pattern": "^[a-z]+$"}),
        "data: propertyNames was true, is",
    ),
    (lambda s: _data(s).update({"if": {}}), "data: if is not compared"),
    (lambda s: _field(s, "version").update({"not": {"const": 3}}), "data.version: not is not"),
    (lambda s: s["x-alur"].update(keyed_by="visit_id"), "keyed_by: was 'order_id'"),
    (lambda s: s["x-alur"].update(privacy="I"), "privacy: was 'S'"),
    (lambda s: s["x-alur"].update(producer="clinical"), "producer: was 'lab'"),
]


@pytest.mark.parametrize(("change", "found"), BREAKING, ids=[found for _, found in BREAKING])
def test_a_breaking_change_is_named(change: Change, found: str) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert [line for line in breaking(OLD, new) if line.startswith(found)]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: _data(s)["properties"].update(note={"type": "string", "default": ""}),
        lambda s: _result(s, "value")["anyOf"].reverse(),
        lambda s: _result(s, "flag")["enum"].reverse(),
        lambda s: _field(s, "version").update(title="Another title"),
        lambda s: s["x-alur"]["consumers"].append("pharmacy"),
        lambda s: s.update(description="said better"),
    ],
    ids=["optional field", "order of a choice", "order of an enum", "title", "consumer", "said"],
)
def test_an_additive_change_passes(change: Change) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaking(OLD, new) == []


#: Before and after of what no event has today.
ELSEWHERE: list[tuple[Schema, Schema, str]] = [
    ({"type": "array"}, {"type": "array", "items": {"type": "string"}}, ": items was true"),
    (
        {"type": "array", "prefixItems": [{"type": "string"}]},
        {"type": "array", "prefixItems": [{"type": "integer"}]},
        "[0]: type was string, is integer",
    ),
    (
        {"allOf": [{"$ref": "#/$defs/X"}], "$defs": {"X": {"type": "string"}}},
        {"allOf": [{"$ref": "#/$defs/X"}], "$defs": {"X": {"type": "integer"}}},
        "[0]: type was string, is integer",
    ),
    (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        "{}: type was string, is integer",
    ),
    (
        {"type": "object", "additionalProperties": False, "properties": {}},
        {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        "a: is new, and older consumers refuse unknown fields",
    ),
    (
        {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
        {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["c"]}]},
        ": object is no longer allowed",
    ),
    (
        {"$ref": "#/$defs/X", "minLength": 9, "$defs": {"X": {"type": "string", "minLength": 3}}},
        {"$ref": "#/$defs/X", "minLength": 9, "$defs": {"X": {"type": "string", "minLength": 2}}},
        "[0]: minLength was 3, is 2",
    ),
]


@pytest.mark.parametrize(("old", "new", "found"), ELSEWHERE, ids=[e[2] for e in ELSEWHERE])
def test_a_breaking_change_of_a_kind_no_event_has_yet_is_named(
    old: Schema, new: Schema, found: str
) -> None:
    assert [line for line in breaking(old, new) if line.startswith(found)]
    assert breaking(old, old) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for schemas and the AsyncAPI document."""
    monkeypatch.setattr(generate, "SCHEMAS", tmp_path)
    monkeypatch.setattr(generate, "ASYNCAPI", tmp_path / "docs" / "asyncapi.json")
    return tmp_path


def _promise(folder: Path) -> Path:
    """A committed schema with a field that the class does not have."""
    promised = schema_of(LabRequestedV1)
    promised["$defs"]["LabRequestedV1"]["properties"]["specimen"] = {"type": "string"}
    path = folder / f"{LabRequestedV1.type}.json"
    path.write_text(json.dumps(promised), encoding="utf-8")
    return path


def test_the_class_is_compared_with_the_committed_file(folder: Path) -> None:
    _promise(folder)
    (folder / "lab.order.lost.v1.json").write_text("{}", encoding="utf-8")
    assert generate.breaking_changes() == [
        "clinical.lab.requested.v1: data.specimen: was removed",
        "lab.order.lost.v1: the event was removed; delete its schema in the same change",
    ]


def test_a_promise_is_not_overwritten(folder: Path) -> None:
    path = _promise(folder)
    before = path.read_text(encoding="utf-8")
    assert generate.main([]) == 1
    assert path.read_text(encoding="utf-8") == before


def test_check_writes_nothing_and_is_content_after_writing(folder: Path) -> None:
    assert generate.main(["--check"]) == 1
    assert list(folder.iterdir()) == []
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
