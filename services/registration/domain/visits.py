"""The visit: its states, what it still waits for, and where that puts the patient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from chassis.errors import Conflict
from chassis.states import Machine
from contracts.bilingual import Bilingual
from contracts.facility import Facility, Queue, UnitKind
from contracts.registration import RouteReason
from contracts.values import Payer, PriorityClass

from .patients import priority_of
from .routing import Mode

MACHINE: Final = Machine(
    "Visit",
    {
        ("registered", "route"): "waiting",
        ("waiting", "call"): "in_service",
        ("in_service", "call"): "in_service",
        ("waiting", "send"): "away",
        ("in_service", "send"): "away",
        ("away", "send"): "away",
        ("away", "return"): "waiting",
        # Back in the queue of the room itself, which must answer a rejection first.
        ("in_service", "return"): "waiting",
        ("waiting", "return"): "waiting",
        ("waiting", "complete"): "completed",
        ("in_service", "complete"): "completed",
        ("away", "complete"): "completed",
        ("waiting", "cancel"): "cancelled",
        ("waiting", "leave"): "left",
        ("in_service", "leave"): "left",
        ("away", "leave"): "left",
    },
    {
        "registered": Bilingual("terdaftar", "registered"),
        "waiting": Bilingual("menunggu", "waiting"),
        "in_service": Bilingual("sedang dilayani", "in service"),
        "away": Bilingual("di unit lain", "in another unit"),
        "completed": Bilingual("selesai", "completed"),
        "cancelled": Bilingual("dibatalkan", "cancelled"),
        "left": Bilingual("pulang sebelum selesai", "left before the end"),
    },
)

ENCOUNTER, LAB_ORDER, PRESCRIPTION = "encounter", "lab_order", "prescription"
_SENDING: Final = (RouteReason.LAB_REQUEST, RouteReason.PRESCRIPTION)


class VisitOpen(Conflict):
    """A patient has one open visit at a centre; the answer names it."""

    code = "visit_open"


@dataclass(frozen=True)
class Go:
    """The patient moves: `action` is the step of the state machine."""

    unit: str
    reason: RouteReason
    priority: PriorityClass
    order_id: UUID | None = None

    @property
    def action(self) -> str:
        return "send" if self.reason in _SENDING else "return"


@dataclass(frozen=True)
class Finish:
    """Nothing is open any more: the visit completes."""


@dataclass(frozen=True)
class Owed:
    """Something a visit waits for: an encounter, a laboratory order, a prescription."""

    kind: str
    ref_id: UUID
    origin_unit: str
    state: str


@dataclass(frozen=True)
class Opening:
    """What the desk decides when it opens a visit; `shown` are the papers the patient brought."""

    patient_id: UUID
    payer: Payer = Payer.GENERAL
    mode: Mode = "walk_in"
    shown: frozenset[str] = frozenset()
    ticket_id: UUID | None = None
    jkn_card: str | None = None
    intended_unit: str | None = None
    priority_class: PriorityClass | None = None


def is_terminal(state: str) -> bool:
    return state in MACHINE.terminal


def cancelled(state: str, started: bool) -> str:
    """The state after a cancellation, which is possible only before a room has called."""
    if started and not is_terminal(state):
        raise Conflict("Kunjungan sudah dilayani, jadi tidak dapat dibatalkan lagi")
    return MACHINE.after(state, "cancel")


def class_at_opening(
    queue: Queue, mode: Mode, chosen: PriorityClass, birth_date: date, on: date
) -> PriorityClass:
    """The class a visit waits in: its emergency, what was chosen, or its age."""
    if mode == "emergency":
        return PriorityClass.EMERGENCY
    return priority_of(queue, chosen, birth_date, on)


def is_closed(owed: Sequence[Owed], kind: str, ref_id: UUID) -> bool:
    return any((o.kind, o.ref_id) == (kind, ref_id) and o.state != "open" for o in owed)


def rejected_of(owed: Sequence[Owed], ref_ids: Sequence[UUID]) -> list[UUID]:
    """Those that the pharmacy has rejected, of the prescriptions a room believes to stand."""
    return [o.ref_id for o in owed if o.state == "rejected" and o.ref_id in ref_ids]


def owing(owed: Sequence[Owed], *changes: Owed) -> list[Owed]:
    """What is owed after the changes. A closing that overtook its opening wins."""
    by_ref = {(item.kind, item.ref_id): item for item in owed}
    for change in changes:
        key = (change.kind, change.ref_id)
        if key in by_ref and change.state != "open":
            by_ref[key] = replace(by_ref[key], state=change.state)
        else:
            by_ref.setdefault(key, change)
    return list(by_ref.values())


def origin_of(owed: Sequence[Owed], ref_id: UUID) -> str:
    """The unit that asked for something; the unit of the encounter where it is not known."""
    by_ref = {item.ref_id: item.origin_unit for item in owed}
    encounter = next(item.origin_unit for item in owed if item.kind == ENCOUNTER)
    return by_ref.get(ref_id, encounter)


def next_step(
    facility: Facility,
    here: str,
    priority: PriorityClass,
    owed: Sequence[Owed],
    origin: str,
) -> Go | Finish | None:
    """Where what is open puts the patient; None where that is `here` already.

    First the laboratory, while any order is open; then the room that cares (`origin`); then the
    pharmacy; then home. So a patient with two orders returns when the last result is back.
    """
    is_open = [item for item in owed if item.state == "open"]
    orders = [item for item in is_open if item.kind == LAB_ORDER]
    if orders:
        lab = _only(facility, UnitKind.LAB)
        return _unless_here(here, lab, RouteReason.LAB_REQUEST, priority, orders[-1].ref_id)
    if any(item.kind == ENCOUNTER for item in is_open):
        return back_to(origin, priority) if _is_away(facility, here) else None
    if is_open:
        pharmacy = _only(facility, UnitKind.PHARMACY)
        return _unless_here(here, pharmacy, RouteReason.PRESCRIPTION, priority)
    return Finish()


def back_to(unit: str, priority: PriorityClass) -> Go:
    """To the room that cares, ahead of the regular numbers."""
    return Go(unit, RouteReason.INTERNAL_REFERRAL, _on_return(priority))


def _unless_here(
    here: str,
    unit: str | None,
    reason: RouteReason,
    priority: PriorityClass,
    order_id: UUID | None = None,
) -> Go | None:
    # A centre without such a unit (taken outside) keeps the patient where they are.
    if unit is None or unit == here:
        return None
    return Go(unit, reason, priority, order_id)


def _only(facility: Facility, kind: UnitKind) -> str | None:
    return next((unit.code for unit in facility.units_of(kind)), None)


def _is_away(facility: Facility, here: str) -> bool:
    unit = facility.unit(here)
    return unit is not None and unit.kind in (UnitKind.LAB, UnitKind.PHARMACY)


def _on_return(priority: PriorityClass) -> PriorityClass:
    """Internal referrals go before regular numbers; an emergency stays one."""
    if priority is PriorityClass.EMERGENCY:
        return priority
    return PriorityClass.INTERNAL_REFERRAL
