"""What the tests of the complaints desk speak to: its HTTP side, and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import sqlalchemy as sa

from chassis.auth import Identity
from chassis.database import Database
from chassis.service import House

FACILITY = "tarik2"
REPORTER, PHONE = "Siti Aminah", "081234567890"
DETAILS = {"history": "Nomor terlewat", "location": "Loket", "officer_on_duty": "Petugas 1"}


@dataclass
class Desk:
    """The complaints desk of one test."""

    house: House
    client: httpx.AsyncClient

    @property
    def database(self) -> Database:
        return self.house.service("complaints").database

    def headers(self, role: str, facility: str = FACILITY) -> dict[str, str]:
        who = Identity(f"staff-{role}", "Sri", facility, frozenset({role}), frozenset({"*"}))
        return {"authorization": f"Bearer {self.house.tokens.issue(who)}"}

    async def get(
        self, path: str, *, role: str = "complaints_officer", facility: str = FACILITY
    ) -> httpx.Response:
        return await self.client.get(path, headers=self.headers(role, facility))

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        role: str = "complaints_officer",
        **headers: str,
    ) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers(role) | headers)

    async def form(
        self, path: str, fields: Mapping[str, str], *, role: str = "complaints_officer"
    ) -> httpx.Response:
        return await self.client.post(path, data=dict(fields), headers=self.headers(role))

    async def receive(self, **facts: Any) -> dict[str, Any]:
        """A complaint by WhatsApp, with its reporter."""
        told = {"channel": "wa", "text": "Tidak dipanggil", "reporter_name": REPORTER}
        answer = await self.post("/api/complaints", {**told, "contact": PHONE, **facts})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def step(self, complaint_id: str, step: str, **body: Any) -> httpx.Response:
        role = "head" if step == "report" else "complaints_officer"
        return await self.post(f"/api/complaints/{complaint_id}/{step}", body, role=role)

    async def walk(self, complaint_id: str, until: str = "closed") -> None:
        """Take the straight way from wherever it stands to the state `until`."""
        states = ["received", *(state for _, _, state in WAY)]
        record = (await self.get(f"/api/complaints/{complaint_id}")).json()
        for state in states[states.index(record["state"]) + 1 : states.index(until) + 1]:
            await self.walk_one(complaint_id, state)

    async def walk_one(self, complaint_id: str, state: str) -> None:
        """Take the one step that leads to `state`."""
        step, body = next((step, body) for step, body, to in WAY if to == state)
        answer = await self.step(complaint_id, step, **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == state

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table, as it stands on the disk."""
        async with self.database.reading() as connection:
            result = await connection.execute(sa.text(f"SELECT * FROM {table}"))
            return [dict(row._mapping) for row in result]


WAY: list[tuple[str, dict[str, Any], str]] = [
    ("details", DETAILS, "analysis"),
    ("assign", {"unit": "kia_mtbs", "summary": "Nomor antrean terlewat"}, "clarification"),
    ("clarify", {"clarification": "Ramai", "plan": "Tambah petugas"}, "remedy"),
    ("remedy", {"right_of_reply": "Surat jawaban"}, "improvement"),
    ("improve", {"evidence": "Foto", "improved_on": "2026-01-05", "owner": "Bidan"}, "reported"),
    ("report", {"note": "Baik"}, "monitoring"),
    ("monitor", {"effective": True, "note": "Tidak terulang"}, "closed"),
]
