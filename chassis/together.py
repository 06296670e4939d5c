"""Several writes as one statement on PostgreSQL: data-modifying CTEs, one round trip.

All parts see the database as it was before the statement, so no two of them may touch one row.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import driver
from chassis.prepared import Prepared

_PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True)
class Write:
    """A statement without rows of its own; `check` gets how many rows it changed, and may raise."""

    statement: Prepared
    values: Mapping[str, Any]
    check: Callable[[int], None]


async def together(
    connection: AsyncConnection,
    writes: Sequence[Write],
    last: str = "",
    arguments: Sequence[Any] = (),
) -> None:
    """The writes, and the CTEs `last` with their own arguments."""
    forms = [each.statement.form(connection.dialect, each.values) for each in writes]
    given = [form.arguments(each.values) for form, each in zip(forms, writes, strict=True)]
    text = _text(tuple(form.text for form in forms), tuple(map(len, given)), last)
    every = [*chain.from_iterable(given), *arguments]
    (counts,) = await driver.fetch(connection, text, every)
    for each, count in zip(writes, counts, strict=False):
        each.check(count)


@cache
def _text(parts: tuple[str, ...], sizes: tuple[int, ...], last: str) -> str:
    """One text; the places of each part are counted on from the part before."""
    first, ctes = 0, []
    for index, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        ctes.append(f"w{index} AS ({_shifted(part, first)} RETURNING 1)")
        first += size
    counts = ", ".join(f"(SELECT count(*) FROM w{index})" for index in range(len(parts)))
    if last:
        ctes.append(_shifted(last, first))
    return f"WITH {', '.join(ctes)}\nSELECT {counts or 1}"


def _shifted(text: str, by: int) -> str:
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", text)
