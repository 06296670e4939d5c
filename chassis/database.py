"""One service's database: PostgreSQL, or a SQLite file with a single writer.

SQLite serialises writers in the process (a pool of one connection, BEGIN IMMEDIATE), because
waiting in the file lock costs a hundred times more; readers have connections of their own.

On PostgreSQL a transaction is the driver's: SQLAlchemy's statements and prepared ones
(`chassis/prepared.py`) run in it side by side.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import TypeDecorator, TypeEngine

from chassis import driver, inline_sqlite
from chassis.numbers import Numbers

NAMING = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

#: A counting key on both databases (SQLite counts only plain INTEGER).
BigSerial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: SQLSTATEs after which the same transaction may well succeed: serialisation, deadlock.
RETRY_AT_ONCE = frozenset({"40001", "40P01"})

#: Classes and codes of SQLSTATE that tell of the server, not of the statement: connection and
#: rights (08, 28, 42501), resources (53), in use or not ready (55), stopped or cancelled by
#: somebody (57), its disk, configuration or files (58, F0, XX001, XX002), no such database
#: (3D000), read-only as after a failover (25006), timed out while idle (25P03, 25P04).
AWAY = (
    *("08", "28", "42501", "53", "55", "57", "58", "F0", "XX001", "XX002", "3D000"),
    *("25006", "25P03", "25P04", *RETRY_AT_ONCE),
)

#: The same for SQLite: locked, its disk full or failing, the file missing, damaged or read-only.
UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


class Database:
    """Transactions on one service's database."""

    def __init__(self, url: str, pool: int = 8) -> None:
        self.url = url
        self.numbers = Numbers()
        self._idle: list[AsyncConnection] = []
        self._turns = asyncio.Semaphore(pool)
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = inline_sqlite.engine(url, "BEGIN IMMEDIATE", pool_size=1)
            self.reader = inline_sqlite.engine(url, "BEGIN", pool_size=4)
        else:
            # A read needs no BEGIN and ROLLBACK around it; a write begins on the driver.
            self.writer = self.reader = create_async_engine(
                url,
                pool_size=pool,
                max_overflow=2,
                isolation_level="AUTOCOMMIT",
                hide_parameters=True,
                connect_args={"server_settings": {"jit": "off", "application_name": "alur"}},
            )

    @asynccontextmanager
    async def writing(self, *, at_once: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits when the block ends well.

        Without `at_once`, PostgreSQL's begins where the caller says `driver.begin`; a statement
        before that, or without that, is committed by itself.
        """
        if self.is_sqlite:
            async with self.writer.begin() as connection:
                yield connection
        else:
            async with self.reading() as connection, driver.committed(connection):
                if at_once:
                    await driver.begin(connection)
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Statements that only read; on PostgreSQL each sees what is committed when it runs."""
        if self.is_sqlite:
            async with self.reader.connect() as connection:
                yield connection
            return
        async with self._turns:
            connection = await self._take()
            try:
                yield connection
                if driver.driver_of(connection).is_in_transaction():
                    raise RuntimeError("what only reads has begun a transaction")
            finally:
                self._idle.append(connection)

    async def run_alone(self, write: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """Something that is one statement on PostgreSQL, and so needs no transaction there."""
        async with self.writing() if self.is_sqlite else self.reading() as connection:
            await write(connection)

    async def _take(self) -> AsyncConnection:
        """A connection kept from before: taking one from the pool costs as much as a statement."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.invalidated and driver.is_free(connection):
                return connection
            await connection.invalidate()
            await connection.close()
        return await self.reader.connect()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One picture of the database, however long it is read; large results may be streamed."""
        async with self.reader.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def insert(self, table: sa.Table) -> Any:
        """The dialect's insert, with `on_conflict_do_update` and `on_conflict_do_nothing`."""
        return INSERTS[self.writer.dialect.name](table)

    async def is_up(self) -> bool:
        """True when the database answers now."""
        try:
            async with self.reading() as connection:
                await connection.execute(sa.text("SELECT 1"))
        except Exception as error:
            if not is_transient(error):
                raise
            return False
        return True

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()
        for engine in {self.writer, self.reader}:
            await engine.dispose()


#: By dialect: an insert that knows `on_conflict_…`, which both spell alike.
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def is_transient(error: BaseException) -> bool:
    """True where the same work may succeed later: the database is away, unusable or busy.

    What a statement itself did wrong is not: no such table, too few arguments.
    """
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        error = error.driver_exception
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in UNUSABLE
    if state := getattr(error, "sqlstate", None):
        return str(state).startswith(AWAY)
    return isinstance(error, driver.CONFUSED | OSError | TimeoutError | sa.exc.TimeoutError)
