"""A pharmacy alone on one database: its HTTP side, its inbox, and what it would publish."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from chassis.auth import Identity
from chassis.database import Database
from chassis.inbox import Inbox
from chassis.service import House
from chassis.tables import outbox
from contracts.clinical import PrescriptionIssuedV1
from contracts.envelope import Actor, Envelope, Event
from contracts.formulary import DRUGS
from contracts.registration import PatientRegisteredV1
from contracts.values import PatientFacts, PrescriptionItem, Sex
from services.pharmacy import models

FACILITY = "dharma_rini"
NAME, BORN = "Aisyah Nur", date(2025, 9, 18)
CHECKED = {"administrative": True, "pharmaceutical": True, "clinical": True}


@dataclass
class Room:
    """The pharmacy of one test."""

    house: House
    inbox: Inbox
    client: httpx.AsyncClient
    sequences: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.house.service("pharmacy").database

    def headers(self, role: str = "pharmacist", facility: str = FACILITY) -> dict[str, str]:
        who = Identity(f"staff-{role}", "Apt. Dewi", facility, frozenset({role}), frozenset({"*"}))
        return {"authorization": f"Bearer {self.house.tokens.issue(who)}"}

    async def get(self, path: str, *, role: str = "pharmacist", **params: Any) -> httpx.Response:
        return await self.client.get(path, headers=self.headers(role), params=params)

    async def post(
        self, path: str, body: Mapping[str, Any], *, role: str = "pharmacist", **headers: str
    ) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers(role) | headers)

    async def send(self, event: Event, event_id: UUID | None = None) -> None:
        """Deliver an event as the bus would."""
        key = event.partitionkey
        self.sequences[key] = self.sequences.get(key, 0) + 1
        envelope = Envelope(
            id=event_id or uuid4(),
            type=event.type,
            source=f"/alur/{event.producer()}",
            subject=key,
            time=datetime.now(UTC),
            dataschema=f"urn:alur:{event.type}",
            facility=FACILITY,
            sequence=self.sequences[key],
            partitionkey=key,
            correlationid=key,
            actor=Actor("dr-1", "doctor", "anak").text(),
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )
        await self.inbox.receive([envelope.model_dump_json().encode()])

    async def register(self, patient_id: UUID) -> None:
        await self.send(
            PatientRegisteredV1(
                patient_id=patient_id,
                mrn="00-12-47",
                full_name=NAME,
                birth_date=BORN,
                sex=Sex.FEMALE,
            )
        )

    async def prescribe(self, **items: int) -> UUID:
        """A prescription of a registered patient, as the child room sends it."""
        event = issued(uuid4(), items or {"paracetamol_120_syr": 1})
        await self.register(event.patient_id)
        await self.send(event)
        return event.rx_id

    async def stock(self, drug_code: str, quantity: int, lot: str = "L1", days: int = 365) -> UUID:
        expiry = (datetime.now(UTC) + timedelta(days=days)).date()
        body = {"drug_code": drug_code, "lot": lot, "expiry": str(expiry), "quantity": quantity}
        answer = await self.post("/api/stock/receipts", body)
        assert answer.status_code == 200, answer.text
        return UUID(answer.json()["id"])

    async def prepare(self, rx_id: UUID) -> None:
        for step, body in (("review", CHECKED), ("prepare", {})):
            answer = await self.post(f"/api/prescriptions/{rx_id}/{step}", body)
            assert answer.status_code == 200, answer.text

    async def dispense(self, rx_id: UUID, **body: Any) -> httpx.Response:
        said = {"full_name": NAME, "birth_date": str(BORN), "instructions_given": True}
        return await self.post(f"/api/prescriptions/{rx_id}/dispense", said | body)

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        async with self.database.reading() as connection:
            found = (await connection.execute(sa.select(table))).mappings().all()
        return [dict(row) for row in found]

    async def published(self) -> list[str]:
        return [row["type"] for row in sorted(await self.rows(outbox), key=lambda row: row["seq"])]

    async def ledger_agrees(self) -> bool:
        """Every lot holds what its movements add up to."""
        sums: dict[UUID, int] = {}
        for move in await self.rows(models.stock_movement):
            sums[move["lot_id"]] = sums.get(move["lot_id"], 0) + move["quantity"]
        return sums == {lot["id"]: lot["on_hand"] for lot in await self.rows(models.stock_lot)}


def issued(rx_id: UUID, items: Mapping[str, int], version: int = 1) -> PrescriptionIssuedV1:
    return PrescriptionIssuedV1(
        rx_id=rx_id,
        version=version,
        visit_id=rx_id,
        patient_id=rx_id,
        origin_unit="anak",
        prescriber_id="dr-1",
        prescriber_name="dr. Ayu",
        issued_at=datetime.now(UTC),
        patient=PatientFacts(age_days=430, sex=Sex.FEMALE, weight_kg=9.4),
        items=tuple(_item(code, quantity) for code, quantity in items.items()),
    )


def _item(code: str, quantity: int) -> PrescriptionItem:
    drug = DRUGS[code]
    return PrescriptionItem(
        drug_code=code,
        form=drug.form,
        strength=drug.strength,
        dose="5 mL",
        frequency="3 x sehari",
        route=drug.route,
        days=3,
        quantity=quantity,
        unit=drug.unit,
    )
