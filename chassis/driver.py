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

#: The driver and its server understand each other no longer; a new connection will.
CONFUSED = asyncpg.InternalClientError
ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, CONFUSED, sqlite3.Error)

#: SQLSTATE of a server that takes no writes any more, as after a failover.
READ_ONLY = "25006"

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
        raise said(error, text, driver) from error


async def change(connection: AsyncConnection, text: str, arguments: Sequence[Any]) -> int:
    """How many rows a statement without rows of its own has changed."""
    driver = driver_of(connection)
    try:
        if isinstance(driver, InlineConnection):
            return driver.file.execute(text, arguments).rowcount
        status: str = await driver.execute(text, *arguments)
        return int(status.rpartition(" ")[2])
    except ERRORS as error:
        raise said(error, text, driver) from error


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
        raise said(error, text, driver) from error


def said(error: Exception, text: str, driver: Any) -> exc.DBAPIError:
    """An error of the driver as SQLAlchemy's, so that callers know one kind only."""
    if isinstance(error, sqlite3.Error):
        kind = SQLITE.get(type(error), exc.DBAPIError)
    elif state := getattr(error, "sqlstate", None):
        kind = STATES.get(state[:2], exc.DBAPIError)
    else:  # the driver itself refuses: a value, or the way it was called
        kind = exc.DataError if isinstance(error, ValueError) else exc.InterfaceError
    gone = not isinstance(driver, InlineConnection) and driver.is_closed()
    return kind(text, None, error, hide_parameters=True, connection_invalidated=gone)


def is_free(connection: AsyncConnection) -> bool:
    """True where nothing stands open on a connection of PostgreSQL, and the server is there."""
    driver = driver_of(connection)
    return not driver.is_closed() and not driver.is_in_transaction()


def _in_transaction(driver: Any) -> bool:
    return not driver.is_closed() and bool(driver.is_in_transaction())


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
    except BaseException as error:
        if _in_transaction(driver):
            await say(driver, "ROLLBACK")
        if getattr(getattr(error, "orig", None), "sqlstate", None) == READ_ONLY:
            driver.terminate()  # another server may be the one to write to
        raise
    finally:
        if _in_transaction(driver):  # cancelled in the middle: nobody may get it like this
            driver.terminate()


async def say(driver: Any, word: str) -> None:
    """BEGIN, COMMIT or ROLLBACK."""
    try:
        done = await driver.execute(word)
    except ERRORS as error:
        raise said(error, word, driver) from error
    if done != word:  # an error that somebody caught has undone the transaction
        raise exc.InternalError(word, None, RuntimeError(f"{word} became {done}"))
