"""SQLite without a thread hop per call: only a commit, which waits for the disk, leaves the loop.

aiosqlite carries every call of a connection (cursor, execute, fetch, close) to a thread and back.
Statements here touch few, indexed rows in the page cache and take microseconds, a hop takes ten
times that; a commit waits for fsync, so it alone goes through aiosqlite's thread.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

#: Methods of a connection that wait for the disk.
WAITS_FOR_DISK = frozenset({"commit", "backup"})


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements run in the event loop's own thread."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if getattr(fn, "__name__", "") in WAITS_FOR_DISK:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


def connect(database: str, **options: Any) -> InlineConnection:
    """For SQLAlchemy's `async_creator_fn`; the arguments are those of `sqlite3.connect`."""
    options["check_same_thread"] = False  # the commit runs in the other thread, never beside

    def open_file() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **options)
        return opened

    connection = InlineConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
