"""Rooms call whoever is next; each patient who has come causes one call, of them or another."""

import asyncio
from collections import Counter
from typing import Any

from deploy.simulate.client import Client, Overdue, Refused

#: What a room answers when nobody waits.
NOBODY = frozenset({"queue_empty", "not_found"})
LOOK_AGAIN_SECONDS = 0.5
#: How long to trust the live stream to say that a patient has come.
ARRIVAL_SECONDS = 2.0


class Room:
    """One desk or unit with one queue, which calls one after the other."""

    def __init__(self, client: Client, name: str, role: str, service: str, path: str) -> None:
        self._client, self._name, self._role = client, name, role
        self._service, self._path = service, path
        self._body: dict[str, Any] = {}
        self._key, self._topic, self._arrival = "id", "desk", ""
        self._turn = asyncio.Lock()
        self._arrivals: Counter[str] = Counter()
        self._called: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @classmethod
    def desk(cls, client: Client) -> "Room":
        """Tickets wait here as soon as they are issued."""
        return cls(client, "call ticket", "clerk", "registration", "/api/tickets/call-next")

    @classmethod
    def unit(cls, client: Client, code: str, role: str) -> "Room":
        """Patients wait here when the event that routes them has arrived."""
        room = cls(client, "call patient", role, "clinical", "/api/worklist/call-next")
        room._body, room._key = {"unit": code}, "visit_id"
        room._topic, room._arrival = f"unit:{code}", "arrived:"
        return room

    async def called(self, key: str) -> dict[str, Any]:
        """Wait until this ticket or visit is called; returns the call."""
        try:
            async with asyncio.timeout(self._client.patience):
                await self._has_come(key)
                return await self._call_until(self._place(key))
        except TimeoutError as error:
            late = f"nobody called {key} within {self._client.patience:g} s"
            raise Overdue(f"{self._name}: {late}") from error
        finally:
            self._called.pop(key, None)

    async def _has_come(self, key: str) -> None:
        if self._arrival:
            watch, topic = self._client.watch, f"{self._arrival}{key}"
            await watch.news(self._service, topic, self._arrivals[key], ARRIVAL_SECONDS)
            self._arrivals[key] = watch.count(self._service, topic)

    async def _call_until(self, place: asyncio.Future[dict[str, Any]]) -> dict[str, Any]:
        watch = self._client.watch
        while not place.done():
            async with self._turn:
                seen = watch.count(self._service, self._topic)
                if place.done() or await self._call_next():
                    continue
            await watch.news(self._service, self._topic, seen, LOOK_AGAIN_SECONDS)
        return place.result()

    async def _call_next(self) -> bool:
        """Call whoever is first; False where nobody waits."""
        try:
            call = await self._client.command(
                self._name, self._role, self._service, self._path, self._body
            )
        except Refused as refusal:
            if refusal.code not in NOBODY:
                raise
            return False
        place = self._place(call[self._key])
        if not place.done():
            place.set_result(call)
        return True

    def _place(self, key: str) -> asyncio.Future[dict[str, Any]]:
        """Whoever is called before they expect it finds the call when they do."""
        return self._called.setdefault(key, asyncio.get_running_loop().create_future())
