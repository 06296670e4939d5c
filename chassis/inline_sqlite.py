"""SQLite without a thread hop per call: what waits for the disk leaves the loop, the rest stays.

aiosqlite carries every call of a connection (cursor, execute, fetch, close) to a thread and back.
Statements here touch few, indexed rows in the page cache and take microseconds, a hop takes ten
times that. A commit waits for fsync: on a slow disk it goes through aiosqlite's thread, so that
the loop serves others meanwhile; on a fast one the hop would cost more than the wait.

Another program may hold the file's lock for seconds. SQLite would wait for it inside the call, and
the loop with it: here it never waits, the call is made again a little later.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: A commit that takes longer than this, on average, is worth a thread.
WORTH_A_THREAD = 0.001
#: Weight of the newest commit in the average.
NEWEST = 0.1
#: How long a lock of another program is waited for, and how often it is tried.
PATIENCE = 10.0
TRY_AGAIN = 0.02

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000")


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements run in the event loop's own thread."""

    _commit_seconds = WORTH_A_THREAD

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if getattr(fn, "__name__", "") != "commit":
            until = 0.0
            while True:
                try:
                    return fn(*args, **kwargs)
                except sqlite3.OperationalError as error:
                    code = getattr(error, "sqlite_errorcode", None)
                    until = until or monotonic() + PATIENCE
                    if code != sqlite3.SQLITE_BUSY or monotonic() > until:
                        raise
                await asyncio.sleep(TRY_AGAIN)
        if self._commit_seconds < WORTH_A_THREAD:
            return self._commit(fn)
        return await super()._execute(self._commit, fn)  # type: ignore[no-untyped-call]

    @property
    def file(self) -> sqlite3.Connection:
        """SQLite's own connection, for statements that need nothing around them."""
        return self._conn

    def _commit(self, commit: Callable[[], None]) -> None:
        started = perf_counter()
        commit()
        taken = perf_counter() - started
        self._commit_seconds += NEWEST * (taken - self._commit_seconds)


def connect(database: str, **options: Any) -> InlineConnection:
    """For SQLAlchemy's `async_creator_fn`; the arguments are those of `sqlite3.connect`."""
    options["check_same_thread"] = False  # the commit runs in the other thread, never beside

    def open_file() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **options)
        return opened

    connection = InlineConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection


def engine(url: str, begin: str, pool_size: int) -> AsyncEngine:
    """Connections to one file, each transaction of which opens with `begin`."""
    made = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        poolclass=sa.AsyncAdaptedQueuePool,
        connect_args={"isolation_level": None, "timeout": 0, "async_creator_fn": connect},
    )

    def on_connect(connection: Any, _record: object) -> None:
        try:
            cursor = connection.cursor()
            for pragma in PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except BaseException:  # SQLAlchemy would leave it open, with its thread
            connection.close()
            raise

    sa.event.listen(made.sync_engine, "connect", on_connect)
    sa.event.listen(made.sync_engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return made
