"""Reads the facility profiles: one YAML file per centre, every mistake named by file and line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from chassis.lined_yaml import Document, Mistake, read_document
from contracts.facility import ContradictionError, Facility
from contracts.facility import notices as notices_of


class ProfileError(Exception):
    """All mistakes of all profiles at once, each as `file:line: key: sentence`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def load(folder: Path) -> dict[str, Facility]:
    """Every `*.yaml` in `folder` as a profile, by its code; raises ProfileError."""
    facilities: dict[str, Facility] = {}
    mistakes = [
        f"{path.name}:1: file: ends in .yml and would not be read; name it {path.stem}.yaml"
        for path in sorted(folder.glob("*.yml"))
    ]
    for path in sorted(folder.glob("*.yaml")):
        facility, found = read(path.read_bytes(), path.stem)
        mistakes += [f"{path.name}:{line}: {key}: {text}" for line, key, text in sorted(found)]
        if facility:
            facilities[facility.code] = facility
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


def read(raw: bytes, stem: str) -> tuple[Facility | None, list[Mistake]]:
    """One profile, or its mistakes; `stem` is the file name, which must be the centre's code.

    So no two files can speak for one centre.
    """
    document = read_document(raw)
    found = document.mistakes
    if document.content is None:
        return None, found
    try:
        facility = Facility.model_validate_json(json.dumps(document.content), strict=True)
    except ValidationError as problem:
        named = {mistake.key for mistake in found}
        return None, [*found, *(m for m in _explain(problem, document) if m.key not in named)]
    if facility.code != stem:
        sentence = f"{facility.code!r} must be the name of the file, {stem!r}"
        found.append(Mistake(document.line("code"), "code", sentence))
    return (None if found else facility), found


def _explain(problem: ValidationError, document: Document) -> Iterator[Mistake]:
    for error in problem.errors():
        key = ".".join(str(part) for part in error["loc"])
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, ContradictionError):
            for sentence in cause.found:
                named, _, rest = sentence.partition(": ")
                yield Mistake(document.line(named), named, rest)
        elif error["type"] == "extra_forbidden":
            text = "this key is not known; look for a typing error"
            yield Mistake(document.line(key), key, text)
        else:
            yield Mistake(document.line(key), key or "file", str(cause or error["msg"]))
