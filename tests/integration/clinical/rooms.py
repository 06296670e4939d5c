"""The clinical rooms alone: children who arrive, and the steps of their encounters."""

from itertools import count
from typing import Any
from uuid import UUID

import httpx

from chassis.service import House
from tests.kit.rooms import BareRoom, good
from tests.kit.samples import (
    BORN,
    HAEMOGLOBIN,
    LENGTH,
    NAME,
    SYRUP,
    TEMPERATURE,
    WEIGHT,
    registered,
    routed,
)


class Rooms(BareRoom):
    """The clinical rooms of one test."""

    name, role, unit = "clinical", "midwife", "anak"

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._tickets = count(1)

    async def arrive(self, unit: str = "anak", **facts: Any) -> UUID:
        """A girl of about 14 months, registered and routed to a unit; returns the visit."""
        patient = registered()
        route = routed(next(self._tickets), patient_id=patient.patient_id, to_unit=unit, **facts)
        await self.receive(patient, route)
        return route.visit_id


async def call(client: httpx.AsyncClient, unit: str = "anak") -> UUID:
    answer = await client.post("/api/worklist/call-next", json={"unit": unit})
    return UUID(good(answer)["visit_id"])


async def do(client: httpx.AsyncClient, visit_id: UUID, step: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/encounters/{visit_id}/{step}", json=body)


async def done(client: httpx.AsyncClient, visit_id: UUID, step: str, **body: Any) -> Any:
    return good(await do(client, visit_id, step, **body))


async def identify(client: httpx.AsyncClient, visit_id: UUID, name: str = NAME) -> Any:
    return await done(client, visit_id, "identity", full_name=name, birth_date=str(BORN))


async def assess(client: httpx.AsyncClient, visit_id: UUID) -> Any:
    measured = {WEIGHT: 8.4, LENGTH: 74.5, TEMPERATURE: 38.2}
    return await done(
        client, visit_id, "assessment", complaint="Demam 3 hari", observations=measured
    )


async def examined(rooms: Rooms, client: httpx.AsyncClient) -> UUID:
    """A called, identified and examined child."""
    await rooms.arrive()
    visit_id = await call(client)
    await identify(client, visit_id)
    await assess(client, visit_id)
    return visit_id


async def ordered(client: httpx.AsyncClient, visit_id: UUID) -> UUID:
    asked = await done(client, visit_id, "lab-requests", tests=[HAEMOGLOBIN])
    return UUID(asked["id"])


FINISH: dict[str, Any] = {
    "icd10": ["J06.9"],
    "care_categories": ["curative"],
    "disposition": "home",
}
PARACETAMOL: dict[str, Any] = {
    "drug_code": SYRUP,
    "dose": "5 mL",
    "frequency": "3 x sehari",
    "days": 3,
    "quantity": 1,
}
