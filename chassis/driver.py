"""The drivers under SQLAlchemy: statements as text, transactions, errors in SQLAlchemy's words.

On PostgreSQL SQLAlchemy's own BEGIN and COMMIT cost more than the two round trips they are for.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.inline_sqlite import InlineConnection

ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error)

#: The first two letters of SQLSTATE, and what the error is called.
STATES: dict[str, type[exc.DBAPIError]] = {
    "08": exc.OperationalError,
    "22": exc.DataError,
    "23": exc.IntegrityError,
    "53": exc.OperationalError,
    "57": exc.OperationalError,
}
SQLITE: dict[type[Exception], type[exc.DBAPIError]] = {
    sqlite3.IntegrityError: exc.IntegrityError,
    sqlite3.OperationalError: exc.OperationalError,
    sqlite3.DataError: exc.DataError,
}


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection: asyncpg's, or aiosqlite's (`chassis/inline_sqlite.py`)."""
    sync = connection.sync_connection
    assert sync is not None
    return sync.connection.driver_connection


async def fetch(
    connection: AsyncConnection, text: str, arguments: Sequence[Any]
) -> Sequence[Sequence[Any]]:
    """The rows of a statement."""
    driver = driver_of(connection)
    try:
        if isinstance(driver, InlineConnection):
            return driver.file.execute(text, arguments).fetchall()
        rows: Sequence[Sequence[Any]] = await driver.fetch(text, *arguments)
        return rows
    except ERRORS as error:
        raise said(error, text) from error


async def change(connection: AsyncConnection, text: str, arguments: Sequence[Any]) -> int:
    """How many rows a statement without rows of its own has changed."""
    driver = driver_of(connection)
    try:
        if isinstance(driver, InlineConnection):
            return driver.file.execute(text, arguments).rowcount
        status: str = await driver.execute(text, *arguments)
        return int(status.rpartition(" ")[2])
    except ERRORS as error:
        raise said(error, text) from error


async def change_many(
    connection: AsyncConnection, text: str, arguments: Sequence[Sequence[Any]]
) -> None:
    """The same statement once for each list of arguments."""
    driver = driver_of(connection)
    try:
        if isinstance(driver, InlineConnection):
            driver.file.executemany(text, arguments)
        else:
            await driver.executemany(text, arguments)
    except ERRORS as error:
        raise said(error, text) from error


def said(error: Exception, text: str) -> exc.DBAPIError:
    """An error of the driver as SQLAlchemy's, so that callers know one kind only."""
    if isinstance(error, sqlite3.Error):
        kind = SQLITE.get(type(error), exc.DBAPIError)
    else:
        state = getattr(error, "sqlstate", None)
        kind = STATES.get(state[:2], exc.DBAPIError) if state else exc.InterfaceError
    return kind(text, None, error, hide_parameters=True)


def is_free(connection: AsyncConnection) -> bool:
    """True where nothing stands open on a connection of PostgreSQL, and the server is there."""
    driver = driver_of(connection)
    return not driver.is_closed() and not driver.is_in_transaction()


async def begin(connection: AsyncConnection) -> None:
    """Begin a transaction where none is open; SQLite's is open from the start."""
    driver = driver_of(connection)
    if not isinstance(driver, InlineConnection) and not driver.is_in_transaction():
        await say(driver, "BEGIN")


@asynccontextmanager
async def committed(connection: AsyncConnection) -> AsyncIterator[None]:
    """Commits what was begun when the block ends well, and rolls back otherwise."""
    driver = driver_of(connection)
    try:
        yield
        if driver.is_in_transaction():
            await say(driver, "COMMIT")
    except BaseException:
        if driver.is_in_transaction() and not driver.is_closed():
            await say(driver, "ROLLBACK")
        raise
    finally:
        if driver.is_in_transaction():  # cancelled in the middle: nobody may get it like this
            driver.terminate()


async def say(driver: Any, word: str) -> None:
    """BEGIN, COMMIT or ROLLBACK."""
    try:
        done = await driver.execute(word)
    except ERRORS as error:
        raise said(error, word) from error
    if done != word:  # an error that somebody caught has undone the transaction
        raise exc.InternalError(word, None, RuntimeError(f"{word} became {done}"))
