"""A watch on what a service commits while a test asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import sqlalchemy as sa

from chassis.service import House

#: Set while a test asks: what the message side commits meanwhile is not counted.
_ASKING: Final[ContextVar[bool]] = ContextVar("asking", default=False)


class Commits:
    """Names of the tables that a request of this test changed and committed."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._open: dict[int, list[str]] = {}

    def statement(self, connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        words = statement.split(maxsplit=3)
        verb = words[0].upper() if words else ""
        if verb not in {"INSERT", "UPDATE", "DELETE"}:
            return
        table = words[1 if verb == "UPDATE" else 2].strip('"')
        if _ASKING.get() and table != "audit":  # a refused reading is worth an entry
            self._open.setdefault(id(connection), []).append(table)

    def commit(self, connection: Any) -> None:
        self.tables += self._open.pop(id(connection), [])

    def rollback(self, connection: Any) -> None:
        self._open.pop(id(connection), None)


@contextmanager
def watched(house: House, service: str) -> Iterator[Commits]:
    """Listens to the service's database until the block ends."""
    engine = house.service(service).database.writer.sync_engine
    commits = Commits()
    heard = (
        ("after_cursor_execute", commits.statement),
        ("commit", commits.commit),
        ("rollback", commits.rollback),
    )
    for event, listener in heard:
        sa.event.listen(engine, event, listener)
    token = _ASKING.set(True)
    try:
        yield commits
    finally:
        _ASKING.reset(token)
        for event, listener in heard:
            sa.event.remove(engine, event, listener)
