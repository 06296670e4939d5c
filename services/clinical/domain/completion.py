"""When a unit is done with a patient: nothing it asked for is open, and it says what it found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from chassis.errors import Conflict
from contracts.formulary import DRUGS

from . import laboratory, requests

CareCategory = Literal["promotive", "preventive", "curative", "rehabilitative"]
Disposition = Literal["home", "follow_up"]
CARE_CATEGORIES: Final[tuple[CareCategory, ...]] = (
    "promotive",
    "preventive",
    "curative",
    "rehabilitative",
)


class ObligationsOpen(Conflict):
    code = "obligations_open"


class EncounterClosed(Conflict):
    code = "encounter_closed"


class NotPresent(Conflict):
    code = "patient_not_called"


class LabOrder(NamedTuple):
    """What the rule needs of a lab request."""

    state: str
    tests: tuple[str, ...]


class Prescribed(NamedTuple):
    """What the rule needs of a prescription; `since`: when it came into this state."""

    state: str
    drugs: tuple[str, ...]
    issued_at: datetime
    since: datetime


class Open(NamedTuple):
    """What has not come back, results nobody has read, rejections unanswered.

    A request is the names of its tests; a prescription is its drugs.
    """

    outstanding: tuple[tuple[str, ...], ...]
    unread: tuple[tuple[str, ...], ...]
    rejected: tuple[str, ...]


def open_obligations(orders: Sequence[LabOrder], prescribed: Sequence[Prescribed] = ()) -> Open:
    return Open(
        tuple(_names(order) for order in orders if requests.LAB.outstanding(order.state)),
        tuple(_names(order) for order in orders if order.state == "returned"),
        tuple(_drugs(rx) for rx in prescribed if _is_unanswered(rx, prescribed)),
    )


def _is_unanswered(rx: Prescribed, prescribed: Sequence[Prescribed]) -> bool:
    """A rejection is answered by a newer prescription; one that is not needed is taken back."""
    newer = any(other.issued_at > rx.since for other in prescribed)
    return rx.state == requests.REJECTED and not newer


def require_nothing_open(orders: Sequence[LabOrder], prescribed: Sequence[Prescribed] = ()) -> None:
    outstanding, unread, rejected = open_obligations(orders, prescribed)
    if outstanding:
        raise ObligationsOpen(
            "%(count)s permintaan belum kembali: %(what)s",
            count=len(outstanding),
            what=_listed(outstanding),
        )
    if unread:
        raise ObligationsOpen(
            "%(count)s hasil belum dibaca: %(what)s",
            count=len(unread),
            what=_listed(unread),
        )
    if rejected:
        raise ObligationsOpen(
            "Farmasi menolak resep: %(what)s. Tulis penggantinya atau nyatakan tidak diperlukan",
            what="; ".join(rejected),
        )


def _drugs(rx: Prescribed) -> str:
    return ", ".join(str(DRUGS[code].label) if code in DRUGS else code for code in rx.drugs)


def _names(order: LabOrder) -> tuple[str, ...]:
    return tuple(laboratory.name(loinc) for loinc in order.tests)


def _listed(orders: Sequence[tuple[str, ...]]) -> str:
    return "; ".join(", ".join(names) for names in orders)
