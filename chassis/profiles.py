"""Reads the facility profiles: one YAML file per centre, every mistake named by file and line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from contracts.facility import ContradictionError, Facility
from contracts.facility import notices as notices_of

Lines = dict[str, int]


class ProfileError(Exception):
    """All mistakes of all profiles at once, each as `file:line: key: sentence`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _FileError(Exception):
    """The mistakes of one file: (line, key, sentence)."""

    def __init__(self, found: list[tuple[int, str, str]]) -> None:
        super().__init__(found)
        self.found = found


def load(folder: Path) -> dict[str, Facility]:
    """Every `*.yaml` in `folder` as a profile, by its code; raises ProfileError."""
    facilities: dict[str, Facility] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            facility = read(path.read_text(encoding="utf-8"), path.stem)
            facilities[facility.code] = facility
        except _FileError as problem:
            mistakes += [f"{path.name}:{at}: {key}: {text}" for at, key, text in problem.found]
        except UnicodeDecodeError as problem:
            mistakes.append(f"{path.name}:1: file: not UTF-8 text: {problem.reason}")
    if not facilities and not mistakes:
        mistakes.append(f"{folder.name}:0: folder: no *.yaml profile in it")
    if mistakes:
        raise ProfileError(mistakes)
    return facilities


def notices(facilities: Mapping[str, Facility]) -> list[str]:
    """What an operator should know about the profiles, each as `code: key: sentence`."""
    return [
        f"{code}: {notice}"
        for code, facility in facilities.items()
        for notice in notices_of(facility)
    ]


def read(text: str, stem: str) -> Facility:
    """One profile; `stem` is the file name, which must be the centre's code."""
    content, lines, repeated = _parse(text)
    found = [(line, key, "is given twice; the second would win") for key, line in repeated]
    try:
        facility = Facility.model_validate_json(json.dumps(content, default=_text), strict=True)
    except ValidationError as problem:
        found += _explain(problem, lines)
    else:
        if facility.code != stem:
            sentence = f"{facility.code!r} must be the name of the file, {stem!r}"
            found.append((_line(lines, "code"), "code", sentence))
        if not found:
            return facility
    raise _FileError(sorted(found))


def _parse(text: str) -> tuple[Any, Lines, list[tuple[str, int]]]:
    """The YAML document, the line of every key in it, and keys that stand twice."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        sentence = str(getattr(problem, "problem", None) or problem)
        raise _FileError([(mark.line + 1 if mark else 1, "yaml", sentence)]) from None
    lines: Lines = {"": 1}
    repeated: list[tuple[str, int]] = []
    for key, line in _walk(node, ""):
        if key in lines:
            repeated.append((key, line))
        lines[key] = line
    return content, lines, repeated


def _walk(node: yaml.Node | None, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        children = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(str(index), value, value) for index, value in enumerate(node.value)]
    else:
        return
    for name, mark, value in children:
        inner = f"{path}.{name}" if path else name
        yield inner, mark.start_mark.line + 1
        yield from _walk(value, inner)


def _explain(problem: ValidationError, lines: Lines) -> Iterator[tuple[int, str, str]]:
    for error in problem.errors():
        key = ".".join(str(part) for part in error["loc"])
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, ContradictionError):
            for sentence in cause.found:
                named, _, rest = sentence.partition(": ")
                yield _line(lines, named), named, rest
        elif error["type"] == "extra_forbidden":
            yield _line(lines, key), key, "this key is not known; look for a typing error"
        else:
            yield _line(lines, key), key or "file", error["msg"]


def _line(lines: Lines, key: str) -> int:
    """The line of a key, or of the nearest key around it (a missing key has no line)."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return repr(value)
