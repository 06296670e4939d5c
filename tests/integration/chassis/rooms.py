"""All services of a centre as bare applications, and a watch on what they commit."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from chassis.auth import Identity
from chassis.service import House
from contracts.catalog import SERVICES

#: Set while a test asks: what the message side commits meanwhile is not counted.
_ASKING: Final[ContextVar[bool]] = ContextVar("asking", default=False)


def apps(house: House, services: Sequence[str] = SERVICES) -> dict[str, FastAPI]:
    """The HTTP side of each service, called without a network."""
    found: dict[str, FastAPI] = {}
    for name in services:
        found[name] = importlib.import_module(f"services.{name}.app").create_api(house)
    return found


def signed_in(
    house: House, app: FastAPI, *roles: str, facility: str = "dharma_rini", units: str = "*"
) -> httpx.AsyncClient:
    """A client with a token of these roles; without any, a stranger."""
    who = Identity("penguji", "Penguji", facility, frozenset(roles), frozenset(units.split()))
    headers = {"Authorization": f"Bearer {house.tokens.issue(who)}"} if roles else {}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://rooms",
        headers=headers,
    )


def path_of(template: str, known: dict[str, str]) -> str:
    """The template with real ids where they are known and random ones elsewhere."""
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled.append(known.get(name.partition(":")[0], str(uuid4())) + rest)
    return "".join(filled)


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
