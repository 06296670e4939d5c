"""Bodies as they come in, and answers as they go out: forms, JSON, and text nobody can store."""

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import Row, RowMapping

from chassis.errors import Invalid

#: An escaped NUL in JSON; a backslash before it would make it plain text.
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
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
