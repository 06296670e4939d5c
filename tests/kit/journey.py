"""A child's way through the rooms of a running centre, step by step, for tests that need one."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from tests.kit.centre import Answer, Centre, Client
from tests.kit.samples import BORN, HAEMOGLOBIN, NAME, SYRUP, TEMPERATURE, WEIGHT
from tests.kit.waiting import eventually

UNIT = "anak"
NOT_YET = frozenset({404, 409, 422})


@dataclass
class Journey:
    """One patient. Ids appear as the steps are done; every step is one command of one role."""

    centre: Centre
    facility: str = "dharma_rini"
    name: str = NAME
    nik: str | None = None
    born: date = BORN
    ticket: str = ""
    patient: str = ""
    visit: str = ""
    order: str = ""
    rx: str = ""

    @property
    def said(self) -> dict[str, str]:
        return {"full_name": self.name, "birth_date": self.born.isoformat()}

    async def person(self, role: str) -> Client:
        return await self.centre.client(role, self.facility)

    async def do(self, role: str, path: str, body: object = None) -> Any:
        """One command; overridden by tests that want to see every answer."""
        return await (await self.person(role)).post(path, body or {})

    async def soon(self, role: str, path: str, body: object = None) -> Any:
        """A command that is refused until an event on its way has arrived."""
        key = str(uuid4())

        async def attempt() -> Answer | None:
            answer = await (await self.person(role)).send("POST", path, body or {}, key=key)
            return None if answer.status in NOT_YET else answer

        answer = await eventually(attempt)
        assert answer is not None
        assert answer.status < 400, answer.body
        return answer.body

    async def register(self) -> None:
        self.ticket = (await self.do("queue_machine", "/registration/api/tickets"))["id"]
        await self.do("clerk", "/registration/api/tickets/call-next")
        facts: dict[str, Any] = self.said | {"sex": "F"}
        facts |= {"nik": self.nik} if self.nik else {"nik_absent_reason": "belum ada"}
        self.patient = (await self.do("clerk", "/registration/api/patients", facts))["id"]

    async def arrive(self) -> None:
        """On the worklist of the child unit."""
        await self.register()
        body = {"patient_id": self.patient, "ticket_id": self.ticket, "documents": ["kk"]}
        visit = await self.do("clerk", "/registration/api/visits", body)
        assert visit["unit"] == UNIT
        self.visit = visit["id"]

    async def call(self) -> None:
        """Into the room, and identified."""
        await self.soon("midwife", "/clinical/api/worklist/call-next", {"unit": UNIT})
        await self.soon("midwife", self.care("identity"), self.said)

    async def examine(self) -> None:
        await self.call()
        seen = {WEIGHT: 8.4, TEMPERATURE: 38.2}
        body = {"complaint": "Pucat dan demam", "observations": seen}
        await self.do("midwife", self.care("assessment"), body)

    async def request_lab(self) -> None:
        order = await self.do("midwife", self.care("lab-requests"), {"tests": [HAEMOGLOBIN]})
        self.order = order["id"]

    async def result(self) -> None:
        """From the bench to the eyes of who asked."""
        bench = f"/lab/api/orders/{self.order}"
        await self.soon("analyst", f"{bench}/accept")
        for step in ("collect", "receive"):
            await self.do("analyst", f"{bench}/{step}")
        await self.soon("analyst", f"{bench}/results", {"values": {HAEMOGLOBIN: 11.8}})
        for step in ("validate", "release"):
            await self.do("analyst", f"{bench}/{step}")
        await self.call()
        await self.soon("midwife", self.care(f"results/{self.order}/read"))

    async def prescribe(self) -> None:
        item = {"drug_code": SYRUP, "dose": "5 mL", "frequency": "3 x sehari"}
        items = [item | {"days": 3, "quantity": 1}]
        self.rx = (await self.do("midwife", self.care("prescriptions"), {"items": items}))["id"]

    async def complete(self) -> None:
        done = {"icd10": ["D50.9"], "care_categories": ["curative"], "disposition": "home"}
        await self.do("midwife", self.care("complete"), done)

    async def dispense(self) -> None:
        counter = f"/pharmacy/api/prescriptions/{self.rx}"
        checks = {"administrative": True, "pharmaceutical": True, "clinical": True}
        await self.soon("pharmacist", f"{counter}/review", checks)
        await self.do("pharmacist", f"{counter}/prepare")
        handed = self.said | {"instructions_given": True}
        await self.soon("pharmacist", f"{counter}/dispense", handed)

    async def finish(self) -> None:
        """Everything, until registration says the visit is over."""
        await self.arrive()
        await self.examine()
        await self.request_lab()
        await self.result()
        await self.prescribe()
        await self.complete()
        await self.dispense()
        clerk = await self.person("clerk")

        async def is_over() -> bool:
            visit = await clerk.get(f"/registration/api/visits/{self.visit}")
            return bool(visit["state"] == "completed")

        await eventually(is_over)

    async def leave_traces(self) -> dict[str, str]:
        """Something of this patient in every room; its ids by the name of a path parameter."""
        await self.arrive()
        await self.examine()
        await self.request_lab()
        await self.prescribe()
        await self.soon("analyst", f"/lab/api/orders/{self.order}/accept")
        said = {"channel": "wa", "text": "Antre terlalu lama"}
        complaint = await self.do("analyst", "/complaints/api/complaints", said)
        return {
            "visit_id": self.visit,
            "patient_id": self.patient,
            "ticket_id": self.ticket,
            "order_id": self.order,
            "rx_id": self.rx,
            "complaint_id": complaint["id"],
        }

    def care(self, step: str) -> str:
        return f"/clinical/api/encounters/{self.visit}/{step}"
