"""How the checker reads: whole tables once, from one picture of each database."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from chassis.database import Database

Databases = Mapping[str, Database]

#: How far the clocks of two processes may differ before their order says something.
CLOCKS = timedelta(seconds=5)
#: So many values stand in one statement; both databases take more.
CHUNK = 500


async def rows_of(database: Database, statement: Any) -> Sequence[sa.Row[Any]]:
    async with database.snapshot() as connection:
        rows: Sequence[sa.Row[Any]] = (await connection.execute(statement)).all()
        return rows


async def values_of(database: Database, statement: Any) -> list[Any]:
    """The first column, of which only the values are kept in memory."""
    async with database.snapshot() as connection:
        return [row[0] async for row in await connection.stream(statement)]


async def rows_among(
    database: Database, statement: sa.Select[Any], column: Any, values: Sequence[Any]
) -> list[sa.Row[Any]]:
    """The rows whose `column` is one of `values`, however many those are."""
    found: list[sa.Row[Any]] = []
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        found += await rows_of(database, statement.where(column.in_(part)))
    return found
