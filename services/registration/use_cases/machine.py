"""The queue machine: a number for everybody, and straight to the room for a returning patient."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.errors import Invalid, NotFound
from chassis.work import Row, Work
from contracts.values import Payer, PriorityClass

from ..domain import patients, tickets, visits
from ..store import patients as patient_store
from ..store import tickets as ticket_store
from ..store import visits as visit_store
from .tickets import issue_ticket
from .visits import open_visit


@dataclass(frozen=True)
class Wish:
    """What was pressed or typed at the machine."""

    service_point: str | None = None
    priority_class: PriorityClass = PriorityClass.REGULAR
    mrn: str | None = None
    nik: str | None = None
    jkn_card: str | None = None

    @property
    def names_patient(self) -> bool:
        return bool(self.mrn or self.nik or self.jkn_card)


async def take_ticket(work: Work, wish: Wish) -> dict[str, Any]:
    """A ticket; with the visit and its first unit where a returning patient identified themself."""
    ticket = await issue_ticket(work, wish.service_point, wish.priority_class)
    if not wish.names_patient:
        return {**ticket._mapping, "visit_id": None, "unit": None}
    visit = await _open_for_returning(work, ticket, wish)
    opened = {"state": tickets.MACHINE.after(ticket.state, "serve"), "version": ticket.version + 1}
    return {**ticket._mapping, **opened, "visit_id": visit.id, "unit": visit.unit}


async def _open_for_returning(work: Work, ticket: Row, wish: Wish) -> Row:
    """SOP 001/SOP/PKM-06/II/2024, 3a: returning patients begin at the queue machine."""
    if work.facility.intake.returning != "queue_machine":
        raise Invalid("Di Puskesmas ini pasien lama mendaftar di loket", field="mrn")
    found = await patient_store.patients_by_number(
        work, nik=wish.nik, mrn=wish.mrn, card=wish.jkn_card, limit=2
    )
    if not found:
        raise NotFound("Nomor tidak dikenal. Silakan ambil tiket biasa dan mendaftar di loket")
    if len(found) > 1:
        raise patients.Ambiguous(
            "Nomor ini tercatat pada lebih dari satu pasien. "
            "Silakan ambil tiket biasa dan mendaftar di loket"
        )
    patient = found[0]
    payer = Payer.JKN if patient.jkn_card else Payer.GENERAL
    opening = visits.Opening(patient_id=patient.id, payer=payer, ticket_id=ticket.id)
    return await open_visit(work, opening)


async def printed(work: Work, ticket_id: UUID) -> dict[str, Any]:
    """What stands on the paper: the ticket, how many are before it, and the unit to go to."""
    ticket = await ticket_store.ticket_by_id(work, ticket_id)
    before = await ticket_store.count_before(work, ticket)
    visit = await visit_store.visit_of_ticket(work, ticket_id)
    return {"ticket": ticket, "before": before, "unit": visit.unit if visit else None}
