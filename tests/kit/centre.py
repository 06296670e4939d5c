"""A running centre for one test, and clients that speak to it as its people and devices do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from starlette.applications import Starlette

from chassis.service import House
from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.demo import PASSWORD, username
from deploy.process import Role, running
from deploy.web import nothing, place_at, server


class Refused(AssertionError):
    """An answer the test did not expect; says what the service said."""


@dataclass
class Answer:
    """A status, the parsed JSON (or text) and the headers."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """The problem code of a refusal."""
        return str(self.body["code"])


@dataclass
class Client:
    """One signed-in person or device. Paths begin with the service: `/lab/api/orders`."""

    session: aiohttp.ClientSession
    address: str
    headers: dict[str, str] = field(default_factory=dict)

    async def send(
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        key: str | None = None,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        """Any answer, as it comes."""
        sent = {**self.headers, **(headers or {})}
        if method != "GET":
            sent.setdefault("Idempotency-Key", key or str(uuid4()))
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        options: dict[str, Any] = {"json": json} if json is not None else {"data": data}
        async with self.session.request(
            method, self.address + path, headers=sent, allow_redirects=False, **options
        ) as answer:
            is_json = "json" in answer.content_type
            body = await (answer.json(content_type=None) if is_json else answer.text())
            return Answer(answer.status, body, answer.headers)

    async def post(self, path: str, json: object = None, **options: Any) -> Any:
        """The body of a good answer; anything else fails the test."""
        return _good("POST", path, await self.send("POST", path, json or {}, **options))

    async def get(self, path: str, **options: Any) -> Any:
        return _good("GET", path, await self.send("GET", path, **options))


def _good(method: str, path: str, answer: Answer) -> Any:
    if answer.status >= 400:
        raise Refused(f"{method} {path}: {answer.status} {answer.body}")
    return answer.body


@dataclass
class Centre:
    """A running system, its address and its house (for tests that plant a fault)."""

    mode: str
    address: str
    settings: Settings
    house: House
    session: aiohttp.ClientSession
    _clients: dict[str, Client] = field(default_factory=dict)

    async def client(self, role: str, facility: str = "dharma_rini") -> Client:
        """The demo account of a role, signed in once."""
        name = username(role, facility)
        if name not in self._clients:
            anyone = Client(self.session, self.address)
            signed_in = await anyone.post(
                "/registration/api/session", {"username": name, "password": PASSWORD}
            )
            headers = {"Authorization": f"Bearer {signed_in['token']}"}
            self._clients[name] = Client(self.session, self.address, headers)
        return self._clients[name]

    def stranger(self) -> Client:
        """Somebody who is not signed in."""
        return Client(self.session, self.address)


@asynccontextmanager
async def run_centre(
    settings: Settings, names: Sequence[str] = SERVICES, role: Role = "all"
) -> AsyncIterator[Centre]:
    """Services in this process, on a free port, until the block ends."""
    async with (
        running(settings, names, role) as (house, app),
        serving(app, house.end_streams) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Centre(settings.mode, address, settings, house, session)


@asynccontextmanager
async def serving(app: Starlette, ending: Callable[[], None] = nothing) -> AsyncIterator[str]:
    """A web server on a free port; yields its address."""
    web, place = server(app, ending), place_at("127.0.0.1", 0)
    task = asyncio.create_task(web.serve([place]))
    try:
        while not web.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        web.should_exit = True
        await task
