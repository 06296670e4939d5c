"""A watch on what a service commits while a test asks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from chassis.service import House

#: Set while a test asks: what the message side commits meanwhile is not counted.
_ASKING: Final[ContextVar[bool]] = ContextVar("asking", default=False)


class Commits:
    """Names of the tables that a request of this test changed and committed."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._open: dict[object, list[str]] = {}

    def said(self, connection: object, statement: str) -> None:
        """A statement ran on this connection; only what is committed counts."""
        words = statement.split(maxsplit=3)
        verb = words[0].upper().rstrip(";") if words else ""
        if verb == "COMMIT":
            self.tables += self._open.pop(connection, [])
        elif verb == "ROLLBACK":
            self._open.pop(connection, None)
        elif verb in {"INSERT", "UPDATE", "DELETE"} and _ASKING.get():
            table = words[1 if verb == "UPDATE" else 2].strip('"')
            if table != "audit":  # a refused reading is worth an entry
                self._open.setdefault(connection, []).append(table)


@contextmanager
def watched(house: House, service: str) -> Iterator[Commits]:
    """Listens to the service's database until the block ends."""
    database, commits = house.service(service).database, Commits()
    listen = _on_sqlite if database.is_sqlite else _on_postgresql
    token = _ASKING.set(True)
    with listen(database.writer.sync_engine, commits):
        try:
            yield commits
        finally:
            _ASKING.reset(token)


@contextmanager
def _listening(engine: Any, heard: Mapping[str, Callable[..., None]]) -> Iterator[None]:
    for event, listener in heard.items():
        sa.event.listen(engine, event, listener)
    try:
        yield
    finally:
        for event, listener in heard.items():
            sa.event.remove(engine, event, listener)


def _on_sqlite(engine: sa.Engine, commits: Commits) -> AbstractContextManager[None]:
    return _listening(
        engine,
        {
            "after_cursor_execute": lambda on, _cursor, text, *_: commits.said(on, text),
            "commit": lambda on: commits.said(on, "COMMIT"),
            "rollback": lambda on: commits.said(on, "ROLLBACK"),
        },
    )


@contextmanager
def _on_postgresql(engine: sa.Engine, commits: Commits) -> Iterator[None]:
    """Statements and transactions run on the driver: it is asked to tell of them."""
    loggers: dict[Any, Any] = {}

    def log(query: Any, driver: Any) -> None:
        commits.said(driver, query.query)

    def checkout(_dbapi: Any, record: Any, _proxy: Any) -> None:
        driver = record.driver_connection
        if driver not in loggers:
            loggers[driver] = partial(log, driver=driver)
            driver.add_query_logger(loggers[driver])

    with _listening(engine.pool, {"checkout": checkout}):
        try:
            yield
        finally:
            for driver, logger in loggers.items():
                driver.remove_query_logger(logger)
