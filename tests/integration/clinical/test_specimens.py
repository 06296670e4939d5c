"""What the unit sees of the specimens of its request."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contracts.lab import SpecimenCollectedV1, SpecimenRejectedV1
from tests.integration.clinical.rooms import Rooms, examined, ordered


async def test_the_sender_sees_why_a_specimen_is_taken_again_until_it_was(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        specimen: dict[str, Any] = {
            "order_id": order_id, "visit_id": visit_id, "origin_unit": "anak",
            "specimen_id": uuid4(), "specimen_type": "whole_blood",
        }  # fmt: skip
        now = datetime.now(UTC)
        taken = SpecimenCollectedV1(**specimen, collected_at=now)
        rejected = SpecimenRejectedV1(**specimen, reason="haemolysed", rejected_at=now)
        seen = []
        for event in (taken, rejected, taken):
            await rooms.receive(event)
            record = (await sari.get(f"/api/encounters/{visit_id}")).json()
            page = (await sari.get(f"/parts/encounters/{visit_id}")).text
            (request,) = record["lab_requests"]
            seen.append((request["state"], request["recollect"], "diambil ulang" in page))
    assert seen == [
        ("in_progress", None, False),
        ("in_progress", "haemolysed", True),
        ("in_progress", None, False),
    ]
