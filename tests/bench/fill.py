"""A plausible row for any table: what is not given is filled in by the type of its column."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from uuid_utils.compat import uuid7

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def fill(table: sa.Table, **given: Any) -> dict[str, Any]:
    """Values of all columns but counting keys; nullable ones stay empty unless given."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in given:
            row[column.name] = given[column.name]
        elif column.nullable or column.server_default is not None:
            continue
        elif column.autoincrement is not True:
            row[column.name] = _value(column)
    unknown = given.keys() - row.keys()
    assert not unknown, f"{table.name} has no {unknown}"
    return row


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.TypeDecorator):  # only UtcDateTime
        return NOW
    if isinstance(kind, sa.Uuid):
        return uuid7()
    if isinstance(kind, sa.String):
        return "x"
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.JSON):
        return []
    return date(2026, 11, 20) if isinstance(kind, sa.Date) else 1
