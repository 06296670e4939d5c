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


BREAKING: list[tuple[Callable[[Schema], object], str]] = [
    (lambda s: _data(s)["properties"].pop("validated_by"), "data.validated_by: was removed"),
    (lambda s: _data(s)["required"].append("note"), "data.note: is required now"),
    (lambda s: _data(s)["required"].remove("results"), "data.results: is no longer always there"),
    (lambda s: _field(s, "version").update(type="string"), "data.version: type was integer"),
    (lambda s: _field(s, "version").update(minimum=2), "data.version: minimum was 1, is 2"),
    (lambda s: _field(s, "version").update(maximum=9), "data.version: maximum was None, is 9"),
    (lambda s: _field(s, "order_id").update(format="uri"), "data.order_id: format was 'uuid'"),
    (lambda s: _result(s, "loinc").update(pattern="^9"), "data.results[].loinc: pattern was"),
    (lambda s: _result(s, "flag")["enum"].remove("low"), "data.results[].flag: no longer allows"),
    (lambda s: _result(s, "ucum").update(enum=["g/dL"]), "data.results[].ucum: no longer allows"),
    (lambda s: _result(s, "value")["anyOf"].pop(), "data.results[].value: string is no longer"),
    (
        lambda s: _result(s, "value")["anyOf"].append({"type": "boolean"}),
        "data.results[].value: boolean was not possible before",
    ),
    (
        lambda s: _data(s).update(additionalProperties=False),
        "data: unknown fields are no longer allowed",
    ),
    (lambda s: s["x-alur"].update(keyed_by="visit_id"), "keyed_by: was 'order_id'"),
    (lambda s: s["x-alur"].update(privacy="I"), "privacy: was 'S'"),
]


@pytest.mark.parametrize(("change", "found"), BREAKING, ids=[found for _, found in BREAKING])
def test_a_breaking_change_is_named(change: Callable[[Schema], object], found: str) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert [line for line in breaking(OLD, new) if line.startswith(found)]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: _data(s)["properties"].update(note={"type": "string", "default": ""}),
        lambda s: _result(s, "flag")["enum"].append("indeterminate"),
        lambda s: _field(s, "version").pop("minimum"),
        lambda s: _field(s, "version").update(title="Another title"),
        lambda s: s["x-alur"]["consumers"].append("pharmacy"),
        lambda s: s.update(description="said better"),
    ],
    ids=["optional field", "enum value", "lower limit gone", "title", "consumer", "description"],
)
def test_an_additive_change_passes(change: Callable[[Schema], object]) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaking(OLD, new) == []


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
