"""A watch on what a service commits while a test asks."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from unittest.mock import patch

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import driver
from chassis.pending import AT_ONCE
from chassis.service import House

#: The tables that a statement writes to, also within `WITH`.
_WRITTEN: Final = re.compile(r'(?:INSERT INTO|(?<!FOR )(?<!DO )UPDATE|DELETE FROM) "?(\w+)')
_FLUSHED: Final = frozenset(_WRITTEN.findall(AT_ONCE))
#: Set while a test asks: what the message side commits meanwhile is not counted.
_ASKING: Final[ContextVar[bool]] = ContextVar("asking", default=False)


class Commits:
    """Names of the tables that a request of this test changed and committed."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._open: dict[object, list[str]] = {}

    def said(self, connection: object, statement: str) -> None:
        """A statement ran on this connection; only what is committed counts."""
        if statement == "COMMIT":
            self.tables += self._open.pop(connection, [])
        elif statement == "ROLLBACK":
            self._open.pop(connection, None)
        elif _ASKING.get():
            written = set(_WRITTEN.findall(statement)) - {"audit"}  # a refused reading leaves one
            if statement.startswith("WITH"):  # the flush names its tables also without a row
                written -= _FLUSHED
            self._open.setdefault(connection, []).extend(written)


@contextmanager
def watched(house: House, service: str) -> Iterator[Commits]:
    """Listens to the service's database until the block ends."""
    engine, commits = house.service(service).database.writer.sync_engine, Commits()
    heard: dict[str, Callable[..., None]] = {
        "after_cursor_execute": lambda on, _cursor, text, *_: commits.said(_driver(on), text),
        "commit": lambda on: commits.said(_driver(on), "COMMIT"),
        "rollback": lambda on: commits.said(_driver(on), "ROLLBACK"),
    }
    if engine.dialect.name != "sqlite":  # a transaction is the driver's: SQLAlchemy has no part
        del heard["commit"], heard["rollback"]
    token = _ASKING.set(True)
    with _listening(engine, heard), _overhearing(commits):
        try:
            yield commits
        finally:
            _ASKING.reset(token)


def _driver(connection: sa.Connection) -> object:
    return connection.connection.driver_connection


@contextmanager
def _listening(engine: sa.Engine, heard: Mapping[str, Callable[..., None]]) -> Iterator[None]:
    for event, listener in heard.items():
        sa.event.listen(engine, event, listener)
    try:
        yield
    finally:
        for event, listener in heard.items():
            sa.event.remove(engine, event, listener)


@contextmanager
def _overhearing(commits: Commits) -> Iterator[None]:
    """What prepared statements and transactions say to the driver."""

    def noted(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def note(on: Any, text: str, *arguments: Any) -> Any:
            answer = await function(on, text, *arguments)
            connection = driver.driver_of(on) if isinstance(on, AsyncConnection) else on
            commits.said(connection, text)
            if isinstance(connection, asyncpg.Connection) and not connection.is_in_transaction():
                commits.said(connection, "COMMIT")  # it was a transaction of its own
            return answer

        return note

    names = ("fetch", "change", "change_many", "say")
    replaced: Any = {name: noted(getattr(driver, name)) for name in names}
    with patch.multiple(driver, **replaced):
        yield
