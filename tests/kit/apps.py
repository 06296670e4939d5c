"""Services as bare applications, called without a network."""

import importlib
from collections.abc import Mapping, Sequence

import httpx
from fastapi import FastAPI

from chassis.auth import Identity
from chassis.service import House
from contracts.catalog import SERVICES


def apps(house: House, services: Sequence[str] = SERVICES) -> dict[str, FastAPI]:
    """The HTTP side of each service."""
    found: dict[str, FastAPI] = {}
    for name in services:
        found[name] = importlib.import_module(f"services.{name}.app").create_api(house)
    return found


def bearer(house: House, who: Identity) -> dict[str, str]:
    """The headers that say who asks."""
    return {"Authorization": f"Bearer {house.tokens.issue(who)}"}


def client_of(
    app: FastAPI, headers: Mapping[str, str] | None = None, *, faults_raise: bool = True
) -> httpx.AsyncClient:
    """A fault of the application fails the test, unless the test wants to see the answer."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=faults_raise)
    return httpx.AsyncClient(transport=transport, base_url="http://rooms", headers=headers)


def signed_in(
    house: House, app: FastAPI, *roles: str, facility: str = "dharma_rini"
) -> httpx.AsyncClient:
    """A client with a token of these roles; without any, a stranger. It sees faults as 500."""
    who = Identity("penguji", "Penguji", facility, frozenset(roles), frozenset({"*"}))
    return client_of(app, bearer(house, who) if roles else {}, faults_raise=False)
