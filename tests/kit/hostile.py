"""Bodies and texts that no honest program sends: whole ones, and one wrong value in a good body."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel

#: Whole bodies.
RAW: Final = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"0",
    b"true",
    b"{",
    b"\xff\xfe\x00",
    b"NaN",
    b"-Infinity",
    b"9" * 5_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b"[" * 100_000,
    b'{"a":1,"a":2}',
    b'{"\\u0000": 1}',
    b'{"\\ud800": 1}',
    b'{"' + b"k" * 50_000 + b'": 1}',
    b'{"__proto__": {}, "id": "x", "facility": "tarik2", "version": 99}',
    '{"a": "\u202e\U0001f600"}'.encode(),
)

#: Values in the place of a good one.
VALUES: Final[tuple[Any, ...]] = (
    None,
    [],
    {},
    "",
    "   ",
    -1,
    0,
    10**30,
    -1e308,
    True,
    float("nan"),
    float("inf"),
    "\x00",
    "Siti\x00Rahayu",
    "Siti \ud800",
    "\x01\x1b[31m",
    "x" * 20_000,
    "\U0001f600" * 30,
    "\u202eAnis\u0301",
    "'; DROP TABLE patient; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }} %(x)s %s",
    "2025-13-45",
    "0000-00-00",
    "-1",
    "1e999",
    "9" * 400,
    "00000000-0000-0000-0000-000000000000",
    [None],
    [[]],
    [{}],
    ["a", "a"],
    [{"loinc": ["718-7"], "value": 1, "ucum": "g/dL"}],
    [{"value": {}, "ucum": "g/dL"}],
    {"0": "x"},
    {"a": {"b": {}}},
)

#: Whole forms.
FORMS: Final = (
    b"",
    b"\xff\xfe",
    b"%00=1",
    b"a=%00",
    b"=&=&&;",
    b"a.b=1&a=2",
    b"a=2&a.b=1",
    b"..=1",
    b"items=x",
    b"items.0=x",
    b"items.x.drug_code=1",
    b"values=x&values.718-7=1",
    b"observations=x",
    b"observations.718-7.x=1",
    b"%ff=%fe",
    b"a=%ed%a0%80",
    b"&".join(b"a%d=1" % n for n in range(600)),
    b"version=abc&idempotency_key=" + b"k" * 500,
    b"version=99999999999999999999&a=1",
    b"idempotency_key=%00",
    b'{"a": 1}',
)

#: Query strings for addresses that read.
QUERIES: Final = (
    "limit=-1",
    "limit=99999999999999999999",
    "limit=NaN",
    "limit=1&limit=x",
    "offset=-5",
    "offset=99999999999999999999",
    "state=%00",
    "state=%F0%9F%98%80",
    "state[]=a",
    "unit=%00",
    "unit=" + "x" * 5_000,
    "unit=..%2F..%2Fetc",
    "service_point=%00",
    "selected=%00",
    "selected=x",
    "ticket=%00",
    "ticket=x",
    "received=%00",
    "next=//evil.example/",
    "next=%0d%0aSet-Cookie:x=1",
    "next=%00",
    "facility=%00",
    "%00=%00",
    "%ff=%fe",
    "q=%ed%a0%80",
)

_WORDS: Final = (
    "anak", "3323015809250001", "0001234567890", "718-7", "D50.9", "12-34-56", "2025-01-31", "Siti",
    "3323010001", "12", "-1", "F",
)  # fmt: skip


def sample(model: type[BaseModel], known: Mapping[str, str]) -> Any:
    """A body the model would take, or nearly; `known` has real ids by the name of their field."""
    schema = model.model_json_schema()
    return _sample(schema, schema.get("$defs", {}), known, "")


def _sample(schema: Any, defs: Any, known: Mapping[str, str], name: str) -> Any:
    if "$ref" in schema:
        return _sample(defs[schema["$ref"].rpartition("/")[2]], defs, known, name)
    if "anyOf" in schema:
        return _sample(schema["anyOf"][0], defs, known, name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {field: _sample(fields[field], defs, known, field) for field in fields}
        case "array":
            return [_sample(schema.get("items", {}), defs, known, name)]
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
    return _text(schema, known, name)


def _text(schema: Any, known: Mapping[str, str], name: str) -> str:
    formats = {"date": "2025-01-31", "date-time": "2025-01-31T08:00:00Z"}
    if schema.get("format") == "uuid":
        return known.get(name, "0198c000-0000-7000-8000-000000000000")
    if schema.get("format") in formats:
        return formats[schema["format"]]
    pattern = schema.get("pattern", "")
    return next((word for word in _WORDS if re.search(pattern, word)), "abc")


def spoilt(good: Any) -> Iterator[bytes]:
    """The good body with one value replaced, for every place and every hostile value."""
    for place in _places(good):
        for value in VALUES:
            body = copy.deepcopy(good)
            inside = body
            for step in place[:-1]:
                inside = inside[step]
            inside[place[-1]] = value
            yield json.dumps(body).encode()


def spoilt_forms(good: Any) -> Iterator[bytes]:
    """The same for a form: a flat body of texts."""
    flat = {".".join(map(str, place)): _at(good, place) for place in _places(good)}
    plain = {name: value for name, value in flat.items() if not isinstance(value, dict | list)}
    for name in flat:
        for value in VALUES:
            if isinstance(value, str | int | float):
                text = str(value).encode("utf-8", "surrogatepass")
                yield urlencode(plain | {name: text}).encode()


def _places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        yield (*before, key)
        if isinstance(inner, dict | list):
            yield from _places(inner, (*before, key))


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value
