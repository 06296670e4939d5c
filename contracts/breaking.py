"""Finds changes of a schema that a subscriber, or an event stored before, would not survive.

Additive is fine: a new optional field, a new value of an enum. A removed field, a new required
field, a field that is no longer always there, another type, a narrower value, another key or
privacy class is breaking: it needs a new class and a new `.vN+1`.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

#: Limits that must not rise, and limits that must not fall.
_LOW = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_HIGH = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def breaking(old: Schema, new: Schema) -> list[str]:
    """Every breaking change from `old` to `new`, each as `field: sentence`."""
    found = list(_compare(old, new, "", (old, new)))
    for fact in ("keyed_by", "privacy"):
        before, after = (schema.get("x-alur", {}).get(fact) for schema in (old, new))
        if before != after:
            found.append(f"{fact}: was {before!r}, is {after!r}")
    return found


Roots = tuple[Schema, Schema]


def _compare(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    old, new = _resolve(old, roots[0]), _resolve(new, roots[1])
    before, after = _variants(old), _variants(new)
    if len(before) == len(after) == 1:
        yield from _compare_one(old, new, path, roots)
        return
    for schema in before:
        if all(list(_compare(schema, other, path, roots)) for other in after):
            yield f"{path}: {_kind(_resolve(schema, roots[0]))} is no longer allowed"
    for schema in after:
        kind = _kind(_resolve(schema, roots[1]))
        if kind not in [_kind(_resolve(other, roots[0])) for other in before]:
            yield f"{path}: {kind} was not possible before"


def _compare_one(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    if _kind(old) != _kind(new):
        yield f"{path}: type was {_kind(old)}, is {_kind(new)}"
        return
    yield from _values(old, new, path)
    yield from _fields(old, new, path, roots)
    for key in ("items", "additionalProperties"):
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _compare(before, after, f"{path}[]", roots)
        elif after is False and before is not False:
            yield f"{path}: unknown fields are no longer allowed"


def _values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = _choices(old), _choices(new)
    if after is not None:
        gone = "any other value" if before is None else sorted(before - after)
        if gone:
            yield f"{path}: no longer allows {gone}"
    for key in ("pattern", "format"):
        if key in new and new[key] != old.get(key):
            yield f"{path}: {key} was {old.get(key)!r}, is {new[key]!r}"
    for key in _LOW:
        if key in new and new[key] > old.get(key, float("-inf")):
            yield f"{path}: {key} was {old.get(key)}, is {new[key]}"
    for key in _HIGH:
        if key in new and new[key] < old.get(key, float("inf")):
            yield f"{path}: {key} was {old.get(key)}, is {new[key]}"


def _fields(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in before:
        inner = f"{path}.{name}" if path else name
        if name in after:
            yield from _compare(before[name], after[name], inner, roots)
        else:
            yield f"{inner}: was removed"
    required_before, required_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(required_after - required_before):
        yield f"{path}.{name}: is required now".removeprefix(".")
    for name in sorted((required_before - required_after) & after.keys()):
        yield f"{path}.{name}: is no longer always there".removeprefix(".")


def _resolve(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _variants(schema: Schema) -> list[Schema]:
    variants: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return variants


def _kind(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _choices(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(value) for value in schema["enum"]} if "enum" in schema else None
