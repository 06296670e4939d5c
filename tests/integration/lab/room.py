"""A laboratory alone: its orders, and the steps of its bench."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx

from contracts.clinical import LabResultReadV1
from contracts.envelope import Event
from contracts.values import LabPriority
from tests.kit.rooms import BareRoom
from tests.kit.samples import HAEMOGLOBIN, lab_requested, registered


class LabRoom(BareRoom):
    """The laboratory of one test."""

    name, role = "lab", "analyst"

    async def order(
        self,
        *tests: str,
        priority: LabPriority = LabPriority.ROUTINE,
        minutes_ago: int = 0,
        facility: str = "",
    ) -> UUID:
        """A request of the child unit for a girl of 14 months, already on the worklist."""
        patient = registered()
        request = lab_requested(
            *tests,
            patient_id=patient.patient_id,
            priority=priority,
            requested_at=datetime.now(UTC) - timedelta(minutes=minutes_ago),
        )
        await self.receive(patient, request, facility=facility)
        return request.order_id

    async def released(self, *events: Event, **facts: Any) -> tuple[UUID, UUID]:
        """Order and visit of a result that has left, after these `events`."""
        patient = registered()
        request = lab_requested(patient_id=patient.patient_id, **facts)
        await self.receive(*events, patient, request)
        async with self.person() as ana:
            await steps(ana, request.order_id, *TO_RELEASE)
        return request.order_id, request.visit_id


def result_read(order_id: UUID, visit_id: UUID, version: int = 1) -> LabResultReadV1:
    return LabResultReadV1(order_id=order_id, visit_id=visit_id, version=version)


TO_RELEASE: Final = ("accept", "collect", "receive", "results", "validate", "release")
BODIES: Final[dict[str, dict[str, Any]]] = {
    "results": {"values": {HAEMOGLOBIN: 8.1}},
    "reject-specimen": {"reason": "haemolysed"},
}


async def step(client: httpx.AsyncClient, order_id: UUID, name: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/orders/{order_id}/{name}", json=body)


async def steps(client: httpx.AsyncClient, order_id: UUID, *names: str) -> None:
    """Take steps that must succeed."""
    for name in names:
        answer = await step(client, order_id, name, **BODIES.get(name, {}))
        assert answer.status_code == 200, (name, answer.text)
