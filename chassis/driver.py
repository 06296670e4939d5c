"""asyncpg under SQLAlchemy: its connection, its transactions, and its errors in SQLAlchemy's words.

SQLAlchemy's own BEGIN and COMMIT cost more in Python than the two round trips they are for.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

#: The first two letters of SQLSTATE, and what the error is called.
KINDS: dict[str, type[exc.DBAPIError]] = {
    "08": exc.OperationalError,
    "22": exc.DataError,
    "23": exc.IntegrityError,
    "53": exc.OperationalError,
    "57": exc.OperationalError,
}


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection (asyncpg)."""
    sync = connection.sync_connection
    assert sync is not None
    return sync.connection.driver_connection


@contextmanager
def driver_errors(text: str = "") -> Iterator[None]:
    """Errors of the driver as SQLAlchemy's, so that callers know one kind only."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        state = getattr(error, "sqlstate", None)
        kind = KINDS.get(state[:2], exc.DBAPIError) if state else exc.InterfaceError
        raise kind(text, None, error, hide_parameters=True) from error


@asynccontextmanager
async def transaction(driver: Any) -> AsyncIterator[None]:
    """Commits when the block ends well, and rolls back otherwise."""
    opened = driver.transaction()
    with driver_errors("BEGIN"):
        await opened.start()
    try:
        yield
    except BaseException:
        if not driver.is_closed():
            with driver_errors("ROLLBACK"):
                await opened.rollback()
        raise
    with driver_errors("COMMIT"):
        await opened.commit()
