"""Several writes as one statement on PostgreSQL: data-modifying CTEs, one round trip.

All parts see the database as it was before the statement, so no two of them may touch one row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy.exc import DataError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import driver
from chassis.errors import StaleVersion
from chassis.prepared import Form

_PLACE = re.compile(r"\$(\d+)")
_DIVISION_BY_ZERO = "22012"


@dataclass(frozen=True)
class Write:
    """A statement without rows of its own; `one`: it must change exactly one row (StaleVersion)."""

    form: Form
    values: Mapping[str, Any]
    one: bool = False

    def fits(self, others: Iterable["Write"]) -> bool:
        """True where no row of one of the others can be meant: rows that are only added never
        meet; anything else needs its table for itself."""
        mine = self.form
        return all(
            mine.table != other.form.table or (mine.adds and other.form.adds) for other in others
        )

    async def run(self, connection: AsyncConnection) -> None:
        """Alone."""
        if (await self.form.run(connection, self.values)).rowcount != 1 and self.one:
            raise StaleVersion()


async def together(
    connection: AsyncConnection,
    writes: Sequence[Write],
    last: str = "",
    arguments: Sequence[Any] = (),
) -> None:
    """The writes, and the CTEs `last` with their own arguments: all of it happens, or nothing."""
    given = [each.form.arguments(each.values) for each in writes]
    parts = tuple((each.form.text, len(each.form.places), each.one) for each in writes)
    every = [*chain.from_iterable(given), *arguments]
    try:
        await driver.fetch(connection, _text(parts, last), every)
    except DataError as error:
        if getattr(error.orig, "sqlstate", None) == _DIVISION_BY_ZERO:
            raise StaleVersion() from error
        raise


@cache
def _text(parts: tuple[tuple[str, int, bool], ...], last: str) -> str:
    """One text; the places of each part are counted on from the part before.

    The counts make the server write in this order, and refuse a change that found no row: where
    no transaction has begun, there is nothing that could be undone afterwards.
    """
    first, ctes, counts = 0, [], []
    for index, (part, size, one) in enumerate(parts):
        ctes.append(f"w{index} AS ({_shifted(part, first)} RETURNING 1)")
        counts.append(f"{'1 / ' if one else ''}(SELECT count(*) FROM w{index})")
        first += size
    if last:
        ctes.append(_shifted(last, first))
    return f"WITH {', '.join(ctes)}\nSELECT {', '.join(counts) or 1}"


def _shifted(text: str, by: int) -> str:
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", text)
