"""One visit, step by step, as the staff of the rooms would do it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts.facility import Facility
from deploy.simulate.client import Client, Refused
from deploy.simulate.plan import Plan, as_body
from deploy.simulate.rooms import Room

ROLES = ("queue_machine", "clerk", "midwife", "doctor", "analyst", "pharmacist")

#: Codes that say: an event on its way here has not arrived yet.
NOT_YET = frozenset({"not_found", "patient_unknown", "identity_unknown", "reference_unknown"})


class Centre:
    """The rooms of one centre as the simulated staff use them."""

    def __init__(self, client: Client, facility: Facility, today: date) -> None:
        self.client, self.facility, self.today = client, facility, today
        self.desk = Room.desk(client)
        self.finished: list[str] = []
        self._units: dict[str, Room] = {}

    def unit(self, code: str, role: str) -> Room:
        if code not in self._units:
            self._units[code] = Room.unit(self.client, code, role)
        return self._units[code]

    async def stock_up(self, drugs: Mapping[str, int]) -> None:
        """Receive what the visits will be given."""
        for code, quantity in drugs.items():
            body = {"drug_code": code, "lot": "SIM-1", "quantity": quantity}
            expiry = self.today.replace(year=self.today.year + 1, day=1)
            await self.client.command(
                "receive stock", "pharmacist", "pharmacy", "/api/stock/receipts",
                body | {"expiry": expiry.isoformat()},
            )  # fmt: skip


class Visit:
    """A patient on the way through the centre."""

    def __init__(self, centre: Centre, plan: Plan) -> None:
        self._centre, self._plan = centre, plan
        self._client = centre.client
        self._role = "midwife" if plan.route.is_child else "doctor"
        self._nik = plan.person.nik  # of who really comes: a returning visit brings someone else
        self.id = ""

    async def run(self) -> None:
        await self._arrive()
        await self._examine()
        order = await self._request_lab() if self._plan.route.tests else None
        if order is not None:
            await self._laboratory(order)
            await self._read(order)
        rx = await self._prescribe() if self._plan.route.drugs else None
        moved = self._client.watch.count("registration", f"visit:{self.id}")
        await self._care("complete encounter", "complete", self._conclusion())
        if rx is not None:
            moved = await self._pharmacy(rx)
        await self._client.until(
            f"the end of visit {self.id}", self._is_over, "registration", f"visit:{self.id}", moved
        )
        self._centre.finished.append(self._nik)

    async def _arrive(self) -> None:
        """Ticket, desk, papers, visit."""
        ticket = await self._post("issue ticket", "queue_machine", "registration", "/api/tickets")
        await self._centre.desk.called(ticket["id"])
        patient_id = await self._patient()
        visit = await self._post(
            "open visit", "clerk", "registration", "/api/visits",
            {
                "patient_id": patient_id,
                "ticket_id": ticket["id"],
                "payer": self._plan.person.payer,
                "documents": self._papers(),
            },
        )  # fmt: skip
        self.id = visit["id"]
        self._unit = self._centre.unit(visit["unit"], self._role)

    async def _patient(self) -> str:
        """Somebody who was here before is found, everybody else is registered."""
        if self._plan.returning and self._centre.finished:
            self._nik = self._centre.finished.pop(0)
            found = await self._post(
                "find patient",
                "clerk",
                "registration",
                "/api/patients/search",
                {"nik": self._nik},
            )
            patient = found[0]
        else:
            patient = await self._post(
                "register patient", "clerk", "registration", "/api/patients",
                self._plan.person.facts,
            )  # fmt: skip
        self._said = {key: patient[key] for key in ("full_name", "birth_date")}
        return str(patient["id"])

    def _papers(self) -> list[str]:
        asked = self._centre.facility.documents
        papers = [*asked.identity_any_of[:1], *asked.under_five]
        if self._plan.person.payer == "jkn":
            papers += asked.jkn_any_of[:1]
        return list(dict.fromkeys(papers))

    async def _examine(self) -> None:
        await self._called()
        known = frozenset(limit.loinc for limit in self._centre.facility.vitals)
        await self._care("record assessment", "assessment", as_body(self._plan, known))

    async def _called(self) -> None:
        """Into the room, and asked for name and birth date: each time anew."""
        await self._unit.called(self.id)
        await self._when_here("verify identity", "clinical", lambda: self._care(
            "verify identity", "identity", self._said))  # fmt: skip

    async def _request_lab(self) -> str:
        body = {"tests": list(self._plan.route.tests), "clinical_note": "Simulasi"}
        order = await self._care("request lab test", "lab-requests", body)
        return str(order["id"])

    async def _laboratory(self, order: str) -> None:
        await self._client.until(f"order {order}", self._once(lambda: self._client.read(
            "open order", "analyst", "lab", f"/api/orders/{order}")),
            "lab", f"lab_order:{order}", after=0)  # fmt: skip
        for name, step in (
            ("accept order", "accept"),
            ("collect specimen", "collect"),
            ("receive specimen", "receive"),
        ):
            await self._post(name, "analyst", "lab", f"/api/orders/{order}/{step}")
        values = {"values": self._plan.results}
        await self._when_here(f"patient of order {order}", "lab", lambda: self._post(
            "enter result", "analyst", "lab", f"/api/orders/{order}/results", values))  # fmt: skip
        await self._post("validate result", "analyst", "lab", f"/api/orders/{order}/validate")
        await self._post("release result", "analyst", "lab", f"/api/orders/{order}/release")

    async def _read(self, order: str) -> None:
        """The patient comes back as an internal referral, is called, and the result is read."""
        await self._called()

        async def returned() -> Any:
            record = await self._client.read(
                "open record", self._role, "clinical", f"/api/encounters/{self.id}"
            )
            return next((r for r in record["lab_requests"] if r["state"] == "returned"), None)

        await self._client.until(
            f"result of order {order}", returned, "clinical", f"visit:{self.id}"
        )
        await self._care("read result", f"results/{order}/read", {})

    async def _prescribe(self) -> str:
        items = [
            {"drug_code": code, "dose": "1", "frequency": "3 x sehari", "days": 3, "quantity": many}
            for code, many in self._plan.route.drugs
        ]
        rx = await self._care("prescribe", "prescriptions", {"items": items})
        return str(rx["id"])

    def _conclusion(self) -> dict[str, Any]:
        return {
            "icd10": [self._plan.route.icd10],
            "care_categories": ["curative"],
            "disposition": "home",
        }

    async def _pharmacy(self, rx: str) -> int:
        """From the worklist to the hand-over; how often the visit had moved before it."""
        path = f"/api/prescriptions/{rx}"
        await self._client.until(f"prescription {rx}", self._once(lambda: self._client.read(
            "open prescription", "pharmacist", "pharmacy", path)),
            "pharmacy", f"prescription:{rx}", after=0)  # fmt: skip
        checks = {"administrative": True, "pharmaceutical": True, "clinical": True}
        await self._post("review prescription", "pharmacist", "pharmacy", f"{path}/review", checks)
        await self._post("prepare prescription", "pharmacist", "pharmacy", f"{path}/prepare")
        handed = self._said | {"instructions_given": True}
        moved = self._client.watch.count("registration", f"visit:{self.id}")
        await self._when_here(f"patient of prescription {rx}", "pharmacy", lambda: self._post(
            "dispense", "pharmacist", "pharmacy", f"{path}/dispense", handed))  # fmt: skip
        return moved

    async def _is_over(self) -> Any:
        visit = await self._client.read(
            "open visit record", "clerk", "registration", f"/api/visits/{self.id}"
        )
        return visit if visit["state"] == "completed" else None

    async def _care(self, name: str, step: str, body: dict[str, Any]) -> Any:
        path = f"/api/encounters/{self.id}/{step}"
        return await self._post(name, self._role, "clinical", path, body)

    async def _post(
        self, name: str, role: str, service: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        return await self._client.command(name, role, service, path, body)

    async def _when_here(self, what: str, service: str, attempt: Callable[[], Any]) -> Any:
        """Try until the event that `attempt` depends on has arrived."""
        return await self._client.until(what, self._once(attempt), service)

    @staticmethod
    def _once(attempt: Callable[[], Any]) -> Callable[[], Any]:
        async def once() -> Any:
            try:
                return await attempt()
            except Refused as refusal:
                if refusal.code not in NOT_YET:
                    raise
                return None

        return once
