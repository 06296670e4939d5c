"""Rooms call whoever is next; the caller brings the patient to the coroutine of that visit."""

import asyncio
from contextlib import suppress
from typing import Any

from deploy.simulate.client import Client, Overdue, Refused, wait

#: What a room answers when nobody waits.
NOBODY = frozenset({"queue_empty", "not_found"})
LOOK_AGAIN_SECONDS = 0.5


class Room:
    """One desk or unit with one queue. It calls only while somebody expects to be called."""

    def __init__(self, client: Client, name: str, role: str, service: str, path: str) -> None:
        self._client, self._name, self._role = client, name, role
        self._service, self._path = service, path
        self._body: dict[str, Any] = {}
        self._key = "id"
        self._topic = "desk"
        self._expected = 0
        self._wake = asyncio.Event()
        self._called: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._task = asyncio.create_task(self._work())

    @classmethod
    def desk(cls, client: Client) -> "Room":
        return cls(client, "call ticket", "clerk", "registration", "/api/tickets/call-next")

    @classmethod
    def unit(cls, client: Client, code: str, role: str) -> "Room":
        room = cls(client, "call patient", role, "clinical", "/api/worklist/call-next")
        room._body, room._key = {"unit": code}, "visit_id"
        room._topic = f"unit:{code}"
        return room

    async def called(self, key: str) -> dict[str, Any]:
        """Wait until this ticket or visit is called; returns the call."""
        place = self._place(key)
        self._expected += 1
        self._wake.set()
        try:
            either: set[asyncio.Future[Any]] = {place, self._task}
            done, _ = await asyncio.wait(
                either, timeout=self._client.patience, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            self._expected -= 1
            self._called.pop(key, None)
        if place in done:
            return place.result()
        if self._task in done:
            self._task.result()
        raise Overdue(f"{self._name}: nobody called {key} within {self._client.patience:g} s")

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError, Refused):
            await self._task

    async def _work(self) -> None:
        with self._client.watch.expect(self._service, self._topic) as changed:
            while True:
                while not self._expected:
                    self._wake.clear()
                    await self._wake.wait()
                await self._call_next(changed)

    async def _call_next(self, changed: asyncio.Event) -> None:
        """Call one, or wait until somebody may have come."""
        changed.clear()
        try:
            call = await self._client.command(
                self._name, self._role, self._service, self._path, self._body
            )
        except Refused as refusal:
            if refusal.code not in NOBODY:
                raise
            await wait(changed, LOOK_AGAIN_SECONDS)
            return
        place = self._place(call[self._key])
        if not place.done():
            place.set_result(call)

    def _place(self, key: str) -> asyncio.Future[dict[str, Any]]:
        """Whoever is called before they expect it finds the call when they do."""
        return self._called.setdefault(key, asyncio.get_running_loop().create_future())
