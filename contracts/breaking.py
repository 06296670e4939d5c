"""Finds changes of a schema that a subscriber, or an event stored before, would not survive.

Two sides must understand each other across versions: a consumer of the old version what a producer
of the new one sends, and a consumer of the new version what was sent before. So a constraint that
is loosened breaks as much as one that is tightened, and only this is additive:

- a new field that need not be there (it has a default; old consumers ignore it),
- another title, description, default or list of consumers,
- a new event.

A new value of an enum is breaking: a consumer of the old version parks a message whose value it
does not know. It needs, like every other change, a new class and a new `.vN+1`.

A keyword that is not compared here is named too: what is not compared cannot be promised.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

Schema = dict[str, Any]

#: The documents that the old and the new schema stand in, for their references.
Roots = tuple[Schema, Schema]

#: Say nothing about which messages are valid.
ANNOTATIONS: Final = frozenset(
    "$schema $id $defs $comment title description default examples deprecated x-alur".split()
)
#: Must stay as they are, each by itself.
CONSTRAINTS: Final = (
    "pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength"
    " maxLength minItems maxItems uniqueItems minProperties maxProperties contentEncoding"
    " contentMediaType"
).split()
#: Hold one schema; without the keyword anything is valid there.
INNER: Final = {"items": "[]", "additionalProperties": "{}", "propertyNames": "{name}"}
#: Hold several schemas: all in their order, or whichever fits.
ORDERED: Final = ("allOf", "prefixItems")
CHOICES: Final = ("anyOf", "oneOf")
OTHERS: Final = ("$ref", "type", "const", "enum", "properties", "required")
KNOWN: Final = ANNOTATIONS.union(CONSTRAINTS, INNER, ORDERED, CHOICES, OTHERS)

#: Stands for whatever an enum or a constant does not name.
ANY: Final = "any other value"


def breaking(old: Schema, new: Schema) -> list[str]:
    """Every breaking change from `old` to `new`, each as `field: sentence`."""
    found = list(_compare(old, new, "", (old, new)))
    before, after = (schema.get("x-alur", {}) for schema in (old, new))
    for fact in sorted((before.keys() | after.keys()) - {"consumers"}):
        if before.get(fact) != after.get(fact):
            found.append(f"{fact}: was {before.get(fact)!r}, is {after.get(fact)!r}")
    return found


def _compare(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    old, new = _resolve(old, roots[0]), _resolve(new, roots[1])
    for keyword in sorted((old.keys() | new.keys()) - KNOWN):
        yield f"{path}: {keyword} is not compared, so it cannot be promised"
    if _choice_of(old) or _choice_of(new):
        yield from _variants(old, new, path, roots)
    else:
        yield from _one(old, new, path, roots)


def _one(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    if _kind(old) != _kind(new):
        yield f"{path}: type was {_kind(old)}, is {_kind(new)}"
        return
    yield from _values(old, new, path)
    yield from _fields(old, new, path, roots)
    for keyword in INNER:
        yield from _inner(keyword, old, new, path, roots)
    for keyword in ORDERED:
        yield from _ordered(keyword, old, new, path, roots)


def _values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = _named(old), _named(new)
    gone, added = sorted(before - after), sorted(after - before)
    if gone and ANY not in after:
        yield f"{path}: no longer allows {', '.join(gone)}"
    if added and ANY not in before:
        yield f"{path}: allows {', '.join(added)} now, which older consumers refuse"
    for keyword in CONSTRAINTS:
        if old.get(keyword) != new.get(keyword):
            yield f"{path}: {keyword} was {old.get(keyword)!r}, is {new.get(keyword)!r}"


def _named(schema: Schema) -> set[str]:
    """The values that an enum or a constant allows, as JSON."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return {ANY} if values is None else {json.dumps(value) for value in values}


def _fields(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() | after.keys()):
        inner = f"{path}.{name}".removeprefix(".")
        if name not in after:
            yield f"{inner}: was removed"
        elif name in before:
            yield from _compare(before[name], after[name], inner, roots)
        elif _schema_in(old, "additionalProperties") != {}:
            yield f"{inner}: is new, and older consumers refuse unknown fields"
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(needs - needed):
        yield f"{path}.{name}: is required now".removeprefix(".")
    for name in sorted((needed - needs) & after.keys()):
        yield f"{path}.{name}: is no longer always there".removeprefix(".")


def _inner(keyword: str, old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    before, after = _schema_in(old, keyword), _schema_in(new, keyword)
    if before and after:
        yield from _compare(before, after, f"{path}{INNER[keyword]}", roots)
    elif before != after:
        said = (json.dumps(schema.get(keyword, True)) for schema in (old, new))
        yield f"{path}: {keyword} was {next(said)}, is {next(said)}"


def _schema_in(schema: Schema, keyword: str) -> Schema | None:
    """What the keyword holds: {} allows anything, None nothing."""
    held = schema.get(keyword, True)
    if isinstance(held, bool):
        return {} if held else None
    return dict(held)


def _ordered(keyword: str, old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    before, after = old.get(keyword, []), new.get(keyword, [])
    if len(before) != len(after):
        yield f"{path}: {keyword} had {len(before)} schemas, has {len(after)}"
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        yield from _compare(one, other, f"{path}[{number}]", roots)


def _variants(old: Schema, new: Schema, path: str, roots: Roots) -> Iterator[str]:
    """Each kind of value that was possible still is, as it was, and no other."""
    if {_choice_of(old), _choice_of(new)} == set(CHOICES):
        yield f"{path}: {_choice_of(old)} became {_choice_of(new)}"
    for schema in (old, new):
        beside = schema.keys() - ANNOTATIONS - set(CHOICES)
        if _choice_of(schema) and beside:
            yield f"{path}: {', '.join(sorted(beside))} beside a choice is not compared"
    before = [_resolve(schema, roots[0]) for schema in _options(old)]
    after = [_resolve(schema, roots[1]) for schema in _options(new)]
    if _all_differ(before) and _all_differ(after):
        kinds = {_kind(schema): schema for schema in after}
        for schema in before:
            if _kind(schema) in kinds:
                yield from _compare(schema, kinds[_kind(schema)], path, roots)
    for schema in before:
        if not any(_alike(schema, other, before, after, roots) for other in after):
            yield f"{path}: {_kind(schema)} is no longer allowed"
    for schema in after:
        if not any(_alike(other, schema, before, after, roots) for other in before):
            yield f"{path}: {_kind(schema)} was not possible before"


def _alike(
    old: Schema, new: Schema, before: Sequence[Schema], after: Sequence[Schema], roots: Roots
) -> bool:
    """One stands for the other: of the same kind, and where that is not unique, the same."""
    if _all_differ(before) and _all_differ(after):
        return _kind(old) == _kind(new)
    return not list(_compare(old, new, "", roots))


def _all_differ(schemas: Sequence[Schema]) -> bool:
    return len({_kind(schema) for schema in schemas}) == len(schemas)


def _choice_of(schema: Schema) -> str:
    return next((keyword for keyword in CHOICES if keyword in schema), "")


def _options(schema: Schema) -> list[Schema]:
    keyword = _choice_of(schema)
    return schema[keyword] if keyword else [schema]


def _resolve(schema: Schema, root: Schema) -> Schema:
    """What a reference leads to, with what stands beside it."""
    while "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        target = root["$defs"][schema["$ref"].rpartition("/")[2]]
        twice = target.keys() & beside.keys() - ANNOTATIONS
        schema = {"allOf": [target, beside]} if twice else target | beside
    return schema


def _kind(schema: Schema) -> str:
    kinds = schema.get("type", "anything")
    return kinds if isinstance(kinds, str) else " or ".join(sorted(kinds))
