"""A patient in a running centre, from the desk to the end of the encounter, for the given-when."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.acceptance.registration_steps import on_worklist, patient, visit
from tests.kit.centre import Centre, Client
from tests.kit.samples import HAEMOGLOBIN, TEMPERATURE, WEIGHT

DONE = {"icd10": ["J06.9"], "care_categories": ["curative"], "disposition": "home"}
CHILD = {WEIGHT: 8.4, TEMPERATURE: 38.2}
ADULT = {WEIGHT: 55.0, TEMPERATURE: 36.7}


@dataclass
class Guest:
    """A patient who stands on the worklist of a unit, and whoever works in its room."""

    centre: Centre
    facility: str
    said: dict[str, str]
    visit_id: str
    unit: str
    room: Client

    @property
    def record(self) -> str:
        return f"/clinical/api/encounters/{self.visit_id}"

    async def person(self, role: str) -> Client:
        return await self.centre.client(role, self.facility)

    async def called(self) -> None:
        call = await self.room.post("/clinical/api/worklist/call-next", {"unit": self.unit})
        assert call["visit_id"] == self.visit_id

    async def identified(self) -> None:
        assert (await self.room.post(f"{self.record}/identity", self.said))["match"] is True

    async def examined(self, observations: dict[str, float] | None = None) -> None:
        await self.identified()
        body = {"complaint": "Demam tiga hari", "observations": observations or CHILD}
        await self.room.post(f"{self.record}/assessment", body)

    async def lab_requested(self, *tests: str) -> str:
        slip = {"tests": tests or [HAEMOGLOBIN]}
        return str((await self.room.post(f"{self.record}/lab-requests", slip))["id"])

    async def prescribed(self, drug_code: str, quantity: int = 1) -> None:
        line = {"drug_code": drug_code, "dose": "1", "frequency": "1 x sehari", "days": 3}
        rx = {"items": [line | {"quantity": quantity}]}
        await self.room.post(f"{self.record}/prescriptions", rx)

    async def completed(self) -> None:
        await self.room.post(f"{self.record}/complete", DONE)

    async def visit(self) -> Any:
        """What registration knows of the visit."""
        clerk = await self.person("clerk")
        return await clerk.get(f"/registration/api/visits/{self.visit_id}")

    async def places(self) -> list[str]:
        return [move["to_unit"] for move in (await self.visit())["routes"]]

    async def is_home(self) -> bool:
        return bool((await self.visit())["state"] == "completed")


async def arrived(
    centre: Centre, facility: str, birth_date: str, *, role: str = "midwife", **how: Any
) -> Guest:
    """Given a patient registered at the desk, who stands on the worklist of the unit."""
    desk, room = await centre.client("clerk", facility), await centre.client(role, facility)
    said = {"full_name": f"Siti Rahayu {uuid4().hex[:6]}", "birth_date": birth_date}
    who = await patient(desk, birth_date, full_name=said["full_name"])
    opened = await visit(desk, who["id"], **how)
    line = await on_worklist(centre, facility, opened["unit"], opened["id"])
    return Guest(centre, facility, said, opened["id"], line["unit"], room)


async def called(centre: Centre, facility: str, birth_date: str, **how: Any) -> Guest:
    """Given a patient whom the room has called but not yet identified."""
    guest = await arrived(centre, facility, birth_date, **how)
    await guest.called()
    return guest
