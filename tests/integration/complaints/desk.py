"""A complaints desk alone: complaints that come in, and their way through the stages."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import sqlalchemy as sa

from tests.kit.rooms import BareRoom

REPORTER, PHONE = "Siti Aminah", "081234567890"
DETAILS = {"history": "Nomor terlewat", "location": "Loket", "officer_on_duty": "Petugas 1"}


class Desk(BareRoom):
    """The complaints desk of one test."""

    name, role, facility = "complaints", "complaints_officer", "tarik2"

    async def complain(self, **facts: Any) -> dict[str, Any]:
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
        if step == "improve":
            body = body | {"improved_on": today()}
        answer = await self.step(complaint_id, step, **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == state

    async def table(self, name: str) -> list[Any]:
        """Everything in a table, as it stands on the disk."""
        return await self.rows(sa.text(f"SELECT * FROM {name}"))


def today() -> str:
    """The calendar day at the centre."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date().isoformat()


WAY: list[tuple[str, dict[str, Any], str]] = [
    ("details", DETAILS, "analysis"),
    ("assign", {"unit": "kia_mtbs", "summary": "Nomor antrean terlewat"}, "clarification"),
    ("clarify", {"clarification": "Ramai", "plan": "Tambah petugas"}, "remedy"),
    ("remedy", {"right_of_reply": "Surat jawaban"}, "improvement"),
    ("improve", {"evidence": "Foto", "owner": "Bidan"}, "reported"),
    ("report", {"note": "Baik"}, "monitoring"),
    ("monitor", {"effective": True, "note": "Tidak terulang"}, "closed"),
]
