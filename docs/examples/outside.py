"""What every outside system needs: events kept once and taken in order, steps that may be repeated.

It imports nothing of Alur: copy it. Beside Python it needs `pip install aio-pika httpx`.
"""

import asyncio
import json
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aio_pika
import httpx

FACILITY = os.environ.get("FACILITY", "dharma_rini")
EXCHANGE = os.environ.get("EXCHANGE", "alur.events")
#: Busy, or starting anew; and refusals that say that the patient's own event is still on its way.
LATER, NOT_YET = {429, 502, 503, 504}, {"patient_unknown", "identity_unknown"}

TABLE = """CREATE TABLE IF NOT EXISTS event (
  id TEXT PRIMARY KEY, source TEXT, partitionkey TEXT, sequence TEXT, body TEXT, outcome TEXT)"""
#: The next open event; late where a newer one of the same source and key has been handled before.
NEXT = """SELECT id, body, EXISTS (
    SELECT 1 FROM event newer WHERE newer.source = event.source AND newer.outcome IS NOT NULL
    AND newer.partitionkey = event.partitionkey AND newer.sequence > event.sequence)
  FROM event WHERE outcome IS NULL ORDER BY sequence, rowid LIMIT 1"""

Handle = Callable[[dict[str, Any]], Awaitable[object]]


class Mailbox:
    """Events in a database of your own. What is committed here may be acknowledged."""

    def __init__(self, file: str) -> None:
        self.database, self.arrived = sqlite3.connect(file), asyncio.Event()
        self.database.execute(TABLE)

    def keep(self, body: bytes) -> None:
        """The same id a second time changes nothing. Nothing is interpreted yet: it cannot fail."""
        event = json.loads(body)
        row = [event[name] for name in ("id", "source", "partitionkey", "sequence")]
        with self.database:
            self.database.execute(
                "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, NULL)", [*row, body.decode()]
            )
        self.arrived.set()

    async def work(self, handle: Handle) -> None:
        """One event after the other; after a crash the open ones are still here."""
        while True:
            row = self.database.execute(NEXT).fetchone()
            if row is None:
                self.arrived.clear()
                await self.arrived.wait()
                continue
            id_, body, is_late = row
            outcome = "late" if is_late else await attempt(handle, json.loads(body))
            with self.database:
                self.database.execute("UPDATE event SET outcome = ? WHERE id = ?", (outcome, id_))


async def attempt(handle: Handle, event: dict[str, Any]) -> str:
    """A refusal is for a person: it is kept and said, and holds nothing else up."""
    try:
        await handle(event)
    except httpx.HTTPStatusError as refusal:
        print(f"{event['type']} {event['subject']}: {refusal.response.text}", flush=True)
        return refusal.response.text
    return "done"


class Centre:
    """The HTTP side of the health centre, for one account."""

    def __init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=os.environ["CENTRE_URL"], timeout=30)

    async def get(self, path: str) -> Any:
        return await self._send("GET", path)

    async def step(self, path: str, thing: dict[str, Any], step: str, body: object) -> Any:
        """The same step on the same version has the same key: repeated, it happens once."""
        version = thing["version"]
        key = f"{thing['id']}/{step}/{version}"
        headers = {"Idempotency-Key": key, "If-Match": f'"{version}"'}
        return await self._send("POST", f"{path}/{step}", json=body, headers=headers)

    async def _send(self, method: str, path: str, **more: Any) -> Any:
        while True:
            try:
                answer = await self.http.request(method, path, **more)
                if answer.status_code == 401:  # no token yet, or it has expired
                    await self._sign_in()
                    continue
            except httpx.TransportError:
                answer = httpx.Response(503)
            if answer.status_code not in LATER and code_of(answer) not in NOT_YET:
                return answer.raise_for_status().json()
            await asyncio.sleep(1)

    async def _sign_in(self) -> None:
        names = {"username": os.environ["CENTRE_USER"], "password": os.environ["CENTRE_PASSWORD"]}
        answer = await self.http.post("/registration/api/session", json=names)
        if answer.is_error:
            raise SystemExit(f"sign-in was refused: {answer.text}")
        self.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"


def code_of(answer: httpx.Response) -> str | None:
    return answer.json()["code"] if answer.status_code == 409 else None


async def listen(mailbox: Mailbox, queue_name: str, types: Sequence[str]) -> None:
    """A durable queue of your own, and the acknowledgement after your commit."""
    connection = await aio_pika.connect_robust(os.environ["AMQP_URL"])
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=50)
        arguments = {"x-queue-type": "quorum", "x-delivery-limit": 1000}
        queue = await channel.declare_queue(queue_name, durable=True, arguments=arguments)
        for type_ in types:
            await queue.bind(EXCHANGE, f"{FACILITY}.{type_}")
        print(f"listening on {queue_name}", flush=True)
        async with queue.iterator() as messages:
            async for message in messages:
                mailbox.keep(message.body)
                await message.ack()


async def run(queue_name: str, types: Sequence[str], handle: Handle) -> None:
    mailbox = Mailbox(os.environ.get("DATABASE", "outside.sqlite3"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen(mailbox, os.environ.get("QUEUE", queue_name), types))
        tasks.create_task(mailbox.work(handle))


async def ask(question: str) -> str:
    """What the person at the keyboard says."""
    return (await asyncio.to_thread(input, question)).strip()
