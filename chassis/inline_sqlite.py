"""SQLite without a thread hop per call: what waits for the disk leaves the loop, the rest stays.

aiosqlite carries every call of a connection (cursor, execute, fetch, close) to a thread and back.
Statements here touch few, indexed rows in the page cache and take microseconds, a hop takes ten
times that. A commit waits for fsync: on a slow disk it goes through aiosqlite's thread, so that
the loop serves others meanwhile; on a fast one the hop would cost more than the wait.
"""

import sqlite3
from collections.abc import Callable
from time import perf_counter
from typing import Any

import aiosqlite

#: A commit that takes longer than this, on average, is worth a thread.
WORTH_A_THREAD = 0.001
#: Weight of the newest commit in the average.
NEWEST = 0.1


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements run in the event loop's own thread."""

    _commit_seconds = WORTH_A_THREAD

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if getattr(fn, "__name__", "") != "commit":
            return fn(*args, **kwargs)
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
