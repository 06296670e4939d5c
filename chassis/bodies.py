"""Bodies as they come in, and answers as they go out: forms, JSON, and text nobody can store."""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar, get_args
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import Row, RowMapping

from chassis.errors import Invalid

#: An escaped NUL in JSON; a backslash before it would make it plain text.
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
#: 14-9-2025, 14/09/2025, 14.9.2025 or 14092025: a date as people here write it.
_DAY_FIRST = re.compile(r"(\d\d?)([-/. ])(\d\d?)\2(\d{4})|(\d\d)(\d\d)(\d{4})", re.ASCII)
F = TypeVar("F", bound=BaseModel)
#: What validation is told of a form, where every value is a text; in JSON a number is a number.
FORM: Final = "form"
UNSTORABLE = "Ada karakter yang tidak dapat disimpan"


class Body(BaseModel):
    """What comes in, as JSON or as a form: a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def refuse_unstorable(request: Request) -> None:
    """PostgreSQL refuses a NUL where SQLite keeps it: neither gets one, from anywhere.

    Halves of a surrogate pair inside JSON are refused by its schema.
    """
    asked = (part for pair in request.query_params.multi_items() for part in pair)
    _refuse_text("".join((request.scope["path"], *asked)))
    if holds_nul(await request.body()):
        raise Invalid(UNSTORABLE)


def holds_nul(raw: bytes) -> bool:
    """True for JSON with an escaped NUL; one that is not escaped is no JSON."""
    return b"\\u0000" in raw and _NUL_IN_JSON.search(raw) is not None


def _refuse_text(text: str) -> None:
    if "\x00" in text or (not text.isascii() and _HALF_A_PAIR.search(text)):
        raise Invalid(UNSTORABLE)


def form_fields(raw: bytes) -> dict[str, Any]:
    """A form as a mapping: empty fields are left out, repeated ones become lists."""
    if len(raw) > 200_000:
        raise Invalid("Isian terlalu panjang")
    try:
        text = raw.decode()
        parsed = parse_qs(text, max_num_fields=500, errors="strict")
    except ValueError as error:
        raise Invalid("Isian tidak dapat dibaca") from error
    for name, values in parsed.items():
        _refuse_text("".join((name, *values)))
    return {name: values[0] if len(values) == 1 else values for name, values in parsed.items()}


def validated(schema: type[F], fields: Mapping[str, Any]) -> F:
    """A form's fields as `schema`; its dates may be typed day first."""
    dates = {name: _iso(fields[name]) for name in _dates(schema) & fields.keys()}
    return schema.model_validate({**fields, **dates}, context=FORM)


@lru_cache
def _dates(schema: type[BaseModel]) -> frozenset[str]:
    fields = schema.model_fields.items()
    return frozenset(name for name, field in fields if _mentions_date(field.annotation))


def _mentions_date(annotation: Any) -> bool:
    return annotation is date or any(map(_mentions_date, get_args(annotation)))


def _iso(typed: Any) -> Any:
    found = _DAY_FIRST.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if found is None:
        return typed
    day, _, month, year = found.groups()[:4] if found[1] else (found[5], "", found[6], found[7])
    return f"{year}-{month:0>2}-{day:0>2}"


def take_one(fields: dict[str, Any], name: str) -> str | None:
    """A field of the chassis, removed from the others; our own forms never send it twice."""
    value = fields.pop(name, None)
    if isinstance(value, list):
        raise Invalid("Isian ini hanya boleh ada satu kali", field=name)
    return None if value is None else str(value)


@lru_cache
def _adapter(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)


def as_json(answer: Any, result: object) -> str:
    """`result` (rows, dataclasses, mappings or models) as JSON of the type `answer`."""
    adapter = _adapter(answer)
    plain = [_plain(item) for item in result] if isinstance(result, list) else _plain(result)
    return adapter.dump_json(adapter.validate_python(plain, from_attributes=True)).decode()


def _plain(item: object) -> object:
    if isinstance(item, Row):
        return item._mapping
    return dict(item) if isinstance(item, RowMapping) else item


def json_response(payload: str, status: int) -> Response:
    """With the version as ETag, where the answer has one."""
    response = Response(payload, status, media_type="application/json")
    if payload.startswith("{"):
        version = json.loads(payload).get("version")
        if isinstance(version, int):
            response.headers["ETag"] = f'"{version}"'
    return response
