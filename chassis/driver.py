"""asyncpg under SQLAlchemy: its connection, its transactions, and its errors in SQLAlchemy's words.

SQLAlchemy's own BEGIN and COMMIT cost more in Python than the two round trips they are for.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)

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


def said(error: Exception, text: str) -> exc.DBAPIError:
    """An error of the driver as SQLAlchemy's, so that callers know one kind only."""
    state = getattr(error, "sqlstate", None)
    kind = KINDS.get(state[:2], exc.DBAPIError) if state else exc.InterfaceError
    return kind(text, None, error, hide_parameters=True)


@asynccontextmanager
async def transaction(driver: Any) -> AsyncIterator[None]:
    """Commits when the block ends well, and rolls back otherwise."""
    await _say(driver, "BEGIN")
    try:
        yield
        await _say(driver, "COMMIT")
    except BaseException:
        if driver.is_in_transaction() and not driver.is_closed():
            await _say(driver, "ROLLBACK")
        raise
    finally:
        if driver.is_in_transaction():  # cancelled in the middle: nobody may get it like this
            driver.terminate()


async def _say(driver: Any, word: str) -> None:
    try:
        done = await driver.execute(word)
    except DRIVER_ERRORS as error:
        raise said(error, word) from error
    if done != word:  # an error that somebody caught has undone the transaction
        raise exc.InternalError(word, None, RuntimeError(f"{word} became {done}"))
